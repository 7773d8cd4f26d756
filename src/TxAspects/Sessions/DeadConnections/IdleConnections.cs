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
        // Those that the pool has closed meanwhile are not told of. Counting takes every lock there is, so only new ones are counted.
        if (!_since.ContainsKey(id) && _since.Count >= MostKept)
            _since.Clear();
        _since[id] = Stopwatch.GetTimestamp();
    }

    /// <summary>Since when a connection was in the pool; null for one that was just opened, of which nothing is known.</summary>
    public long? FindSince(long id) => _since.TryGetValue(id, out var since) ? since : null;

    /// <summary>Whether the server may have closed a connection since.</summary>
    /// <param name="since">When it came into the pool.</param>
    /// <param name="isSuspect">Whether another one of the pool was found dead.</param>
    public bool MayBeDead(long since, bool isSuspect) => isSuspect || Stopwatch.GetElapsedTime(since) >= limit;
}
