using System.Diagnostics;
using TxAspects.Connections;
using TxAspects.Diagnostics;

namespace TxAspects.UnitsOfWork;

/// <summary>Sees the HTTP calls that are made while a transaction is open: warns of every HttpClient's, and forbids those that are guarded.</summary>
internal sealed class HttpWatch : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    // The older event for a request that begins. With the newer one each call would get an activity, and the headers of a trace, though nobody traces.
    private const string RequestBegins = "System.Net.Http.Request";

    private static readonly Lazy<IDisposable> Subscription = new(() => DiagnosticListener.AllListeners.Subscribe(new HttpWatch()));

    private HttpWatch()
    {
    }

    /// <summary>Sees all calls of the process from now on; what is done about one is up to the unit it is made in.</summary>
    public static void Start() => _ = Subscription.Value;

    public static void ThrowIfForbidden(HttpRequestMessage request)
    {
        if (FindTransaction() is var (unit, session) && unit.Process.HttpInTransaction is HttpInTransaction.Throw)
            throw new HttpInTransactionException(unit.Name, session.Connect.Name, HostOf(request));
    }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name is "HttpHandlerDiagnosticListener")
            value.Subscribe(this, name => name is RequestBegins);
    }

    // The sender calls this in the flow of the caller, so what is ambient there is ambient here. A throw would leave its activity open.
    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key is not RequestBegins || FindTransaction() is not var (unit, session) || unit.Process.HttpInTransaction is HttpInTransaction.Off)
            return;

        var request = value.Value?.GetType().GetProperty("Request")?.GetValue(value.Value) as HttpRequestMessage;
        unit.Log.HttpInTransaction(unit.Name, HostOf(request), session.Connect.Name);
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    // A unit of its own inside another one keeps the other's transaction open just as well.
    private static (UnitOfWork Unit, Session Session)? FindTransaction()
    {
        for (var unit = AmbientUnit.Open; unit is not null; unit = unit.Around)
        {
            if (unit.FindSession(session => session.IsInTransaction) is { } session)
                return (unit, session);
        }

        return null;
    }

    private static string HostOf(HttpRequestMessage? request) => request?.RequestUri is { IsAbsoluteUri: true } uri ? uri.Host : "?";
}
