using Microsoft.Extensions.Logging;
using TxAspects.Http;

namespace TxAspects;

/// <summary>
/// Watches the HTTP calls of this process: one that is made while the unit of work has a transaction open keeps its connection and its
/// locks until the answer comes.
/// </summary>
/// <remarks>
/// Start it once, and dispose it to stop. It costs nothing in units; a call costs a look at the units that are open where it is made.
/// </remarks>
public sealed class HttpWatch : IDisposable
{
    private static HttpWatch? _current;

    private readonly HttpInTransaction _action;
    private readonly ILogger _log;
    private readonly CallListener _listener;

    private HttpWatch(HttpInTransaction action, ILogger log)
    {
        _action = action;
        _log = log;
        _listener = new CallListener(CallBegins);
    }

    /// <summary>Sees all calls of the process from now on. The last watch that was started wins.</summary>
    /// <param name="action">What to do about a call in a transaction.</param>
    /// <param name="loggerFactory">Where warnings go, under the category 'TxAspects'.</param>
    /// <exception cref="ArgumentOutOfRangeException">The action does not exist.</exception>
    /// <exception cref="ArgumentNullException">The logger factory is null.</exception>
    public static HttpWatch Start(HttpInTransaction action, ILoggerFactory loggerFactory)
    {
        ArgumentNullException.ThrowIfNull(loggerFactory);
        if (!Enum.IsDefined(action))
            throw new ArgumentOutOfRangeException(nameof(action), action, "The action must be one of the values of HttpInTransaction.");

        var watch = new HttpWatch(action, loggerFactory.CreateLogger("TxAspects"));
        Interlocked.Exchange(ref _current, watch)?.Dispose();
        return watch;
    }

    /// <summary>Sees no more calls.</summary>
    public void Dispose()
    {
        Interlocked.CompareExchange(ref _current, null, this);
        _listener.Dispose();
    }

    internal static void ThrowIfForbidden(HttpRequestMessage request)
    {
        if (_current is { _action: HttpInTransaction.Throw } && Tx.OpenTransactions is [var open, ..])
            throw new HttpInTransactionException(open.UnitName, open.ConnectName, HostOf(request));
    }

    // A throw here would leave the sender's activity open.
    private void CallBegins(HttpRequestMessage? request)
    {
        if (_action is not HttpInTransaction.Off && Tx.OpenTransactions is [var open, ..])
            _log.HttpInTransaction(open.UnitName, HostOf(request), open.ConnectName);
    }

    private static string HostOf(HttpRequestMessage? request) => request?.RequestUri is { IsAbsoluteUri: true } uri ? uri.Host : "?";
}
