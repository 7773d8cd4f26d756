using System.Diagnostics;

namespace TxAspects.Http;

/// <summary>
/// Hears every HttpClient's calls begin. The sender tells it in the flow of the caller, so what is ambient there is ambient here.
/// </summary>
internal sealed class CallListener : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    // The older event for a request that begins. With the newer one each call would get an activity, and the headers of a trace, though
    // nobody traces.
    private const string RequestBegins = "System.Net.Http.Request";

    private readonly Action<HttpRequestMessage?> _begins;
    private readonly IDisposable _all;
    private IDisposable? _client;

    public CallListener(Action<HttpRequestMessage?> begins)
    {
        _begins = begins;
        _all = DiagnosticListener.AllListeners.Subscribe(this);
    }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name is "HttpHandlerDiagnosticListener")
            _client = value.Subscribe(this, name => name is RequestBegins);
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key is RequestBegins)
            _begins(value.Value?.GetType().GetProperty("Request")?.GetValue(value.Value) as HttpRequestMessage);
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose()
    {
        _client?.Dispose();
        _all.Dispose();
    }
}
