using System.Collections.Concurrent;
using System.Diagnostics;

namespace TxAspects.Sessions.DeadConnections;

/// <summary>Since when the connections in a pool are idle, by what tells one from the others.</summary>
/// <param name="limit">How long one may be idle and still be taken for alive.</param>
internal sealed class IdleConnections(TimeSpan limit)
{
    private const int MostKept = 10_000;

    private readonly ConcurrentDictionary<long, long> _since = new();

    /// <summary>A connection goes back to the pool.</summary>
    public void GivenBack(long id)
    {
        // Those that the pool has closed meanwhile are not told of.
        if (_since.Count > MostKept)
            _since.Clear();
        _since[id] = Stopwatch.GetTimestamp();
    }

    /// <summary>Whether a connection was in the pool before.</summary>
    public bool Has(long id) => _since.ContainsKey(id);

    /// <summary>Whether the server may have closed the connection since. Not one that was just opened, of which nothing is known.</summary>
    /// <param name="id">The connection.</param>
    /// <param name="isSuspect">Whether another one of the pool was found dead.</param>
    public bool MayBeDead(long id, bool isSuspect)
        => _since.TryGetValue(id, out var since) && (isSuspect || Stopwatch.GetElapsedTime(since) >= limit);
}
