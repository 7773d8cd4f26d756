using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace TxAspects.AspNetCore.Requests;

/// <summary>The response's body with the unit in front: nothing goes out before the unit has ended, or is known to stay open.</summary>
/// <remarks>An exception thrown from a write takes the normal way; one from Response.OnStarting would end in an empty response.</remarks>
internal sealed class ResponseBody(RequestUnit unit, IHttpResponseBodyFeature inner) : IHttpResponseBodyFeature
{
    private BodyStream? _stream;
    private BodyWriter? _writer;
    private bool _startWasAsked;

    public IHttpResponseBodyFeature Inner => inner;

    public Stream Stream => _stream ??= new BodyStream(this, inner.Stream);

    public PipeWriter Writer => _writer ??= new BodyWriter(this, inner.Writer);

    /// <summary>Whether what is written may go straight through.</summary>
    public bool IsOpen => unit.IsSettled;

    public void DisableBuffering() => inner.DisableBuffering();

    /// <summary>Waits for the first byte. Servers send nothing before it either, but would fix the status while the commit may still fail.</summary>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (unit.IsSettled)
            return inner.StartAsync(cancellationToken);

        _startWasAsked = true;
        return Task.CompletedTask;
    }

    public async Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default)
    {
        await BeforeSendingAsync().ConfigureAwait(false);
        await inner.SendFileAsync(path, offset, count, cancellationToken).ConfigureAwait(false);
    }

    public async Task CompleteAsync()
    {
        await unit.EndAsync(async: true).ConfigureAwait(false);
        _writer?.Release();
        await inner.CompleteAsync().ConfigureAwait(false);
    }

    public async ValueTask BeforeSendingAsync()
    {
        await unit.BeforeSendingAsync(async: true).ConfigureAwait(false);
        _writer?.Release();
    }

    /// <summary>The same for what writes synchronously. Where the server forbids that, nothing gets through and the unit need not end.</summary>
    public void BeforeSending()
    {
        if (!unit.MayWriteSynchronously)
            return;

        // Synchronous to its end.
        unit.BeforeSendingAsync(async: false).GetAwaiter().GetResult();
        _writer?.Release();
    }

    /// <summary>The unit has ended after the endpoint returned: what was written and not flushed goes to the server, which sends it.</summary>
    public async ValueTask FinishAsync()
    {
        _writer?.Release();
        if (_startWasAsked)
            await inner.StartAsync().ConfigureAwait(false);
    }

    /// <summary>Forgets what was written and not sent: whoever answers now begins with an empty body.</summary>
    public void Discard()
    {
        _writer?.Discard();
        _startWasAsked = false;
    }
}
