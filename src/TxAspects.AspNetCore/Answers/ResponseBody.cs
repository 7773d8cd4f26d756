using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using TxAspects.AspNetCore.Requests;

namespace TxAspects.AspNetCore.Answers;

/// <summary>
/// The response's body with the unit in front: nothing that a client could take for a success goes out before the unit has ended.
/// </summary>
/// <remarks>
/// What may not go out yet is held and reaches the server later, in the order in which it was asked for. Where the unit stays open for
/// longer, bytes pass, but never those that would make the answer whole. An exception thrown from a write takes the normal way; one from
/// Response.OnStarting would end in an empty response.
/// </remarks>
internal sealed class ResponseBody(RequestUnit unit, IHttpResponseBodyFeature inner) : IHttpResponseBodyFeature
{
    private const int MostOfHead = 65536;

    private readonly HeldAnswer _held = new();
    private AnswerLength _length = new(unit.Context);
    private BodyStream? _stream;
    private BodyWriter? _writer;
    private bool _holdsEnd;

    public IHttpResponseBodyFeature Inner => inner;

    public Stream Stream => _stream ??= new BodyStream(this);

    public PipeWriter Writer => _writer ??= new BodyWriter(this);

    /// <summary>Whether what is asked for may go straight to the server.</summary>
    public bool IsOpen => unit.IsSettled && _held.IsEmpty;

    /// <summary>
    /// The same for what writes synchronously. Where the server forbids that, it says so itself, and the unit need not end.
    /// </summary>
    public bool IsOpenForSynchronous => IsOpen || !unit.MayWriteSynchronously;

    public int UnflushedCount => _held.UnflushedCount;

    /// <summary>Whether a start was asked for that has not reached the server.</summary>
    public bool HoldsStart => _held.IsStarted;

    /// <summary>Whether the server has told that nobody reads any more.</summary>
    public bool ClientHasLeft { get; private set; }

    public void DisableBuffering() => inner.DisableBuffering();

    /// <summary>
    /// Waits for the first byte. Servers send nothing before it either, but would fix the status while the commit may still fail.
    /// </summary>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (IsOpen)
            return inner.StartAsync(cancellationToken);

        unit.ThrowIfInItsEnd();
        _held.Start();
        return Task.CompletedTask;
    }

    public async Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default)
    {
        if (!await HoldsAsync(async: true).ConfigureAwait(false))
        {
            await inner.SendFileAsync(path, offset, count, cancellationToken).ConfigureAwait(false);
            return;
        }

        await SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken).ConfigureAwait(false);
    }

    public async Task CompleteAsync()
    {
        if (unit.IsReading)
        {
            HoldCompletion(new Completion(Completion.Way.Response));
            return;
        }

        await unit.EndAsync(async: true).ConfigureAwait(false);
        await PassOnAsync(keep: 0, async: true).ConfigureAwait(false);
        await inner.CompleteAsync().ConfigureAwait(false);
    }

    /// <summary>Where to put what is written and not flushed.</summary>
    public IBufferWriter<byte> Hold()
    {
        unit.ThrowIfInItsEnd();
        return _held.Bytes;
    }

    public void HoldCompletion(Completion completion)
    {
        unit.ThrowIfInItsEnd();
        _holdsEnd = true;
        _held.Complete(completion);
    }

    public async ValueTask CompleteWriterAsync(Exception? exception)
    {
        if (unit.StaysOpen)
        {
            HoldCompletion(new Completion(Completion.Way.WriterAwaited, exception));
            return;
        }

        await unit.EndAsync(async: true).ConfigureAwait(false);
        await PassOnAsync(keep: 0, async: true).ConfigureAwait(false);
        await inner.Writer.CompleteAsync(exception).ConfigureAwait(false);
    }

    public async ValueTask<FlushResult> WriteAsync(
        ReadOnlyMemory<byte> data, bool toWriter, bool async, CancellationToken cancellationToken)
    {
        if (await HoldsAsync(async).ConfigureAwait(false))
        {
            if (_holdsEnd || _length.IsReachedBy(_held.Count + data.Length))
                return await WriteButTheEndAsync(data, toWriter, async, cancellationToken).ConfigureAwait(false);

            _length.Pass(_held.Count + data.Length);
            await _held.PassOnAsync(inner, keep: 0, async).ConfigureAwait(false);
        }

        if (toWriter)
            return Seen(await inner.Writer.WriteAsync(data, cancellationToken).ConfigureAwait(false));
        if (async)
            await inner.Stream.WriteAsync(data, cancellationToken).ConfigureAwait(false);
        else
            inner.Stream.Write(data.Span);
        return default;
    }

    public async ValueTask<FlushResult> FlushAsync(bool toWriter, bool async, CancellationToken cancellationToken)
    {
        if (await HoldsAsync(async).ConfigureAwait(false))
        {
            _holdsEnd |= _length.HasNoBody;
            if (_holdsEnd)
            {
                HoldFlush();
                return default;
            }

            var keep = _length.IsReachedBy(_held.Count) ? 1 : 0;
            _holdsEnd = keep > 0;
            _length.Pass(_held.Count - keep);
            await _held.PassOnAsync(inner, keep, async).ConfigureAwait(false);
        }

        if (toWriter)
            return Seen(await inner.Writer.FlushAsync(cancellationToken).ConfigureAwait(false));
        if (async)
            await inner.Stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        else
            inner.Stream.Flush();
        return default;
    }

    /// <summary>The unit has ended after the endpoint returned: what is held goes to the server, which sends it.</summary>
    public ValueTask FinishAsync() => PassOnAsync(keep: 0, async: true);

    /// <summary>
    /// The endpoint failed: the server gets what it would have got without the unit, unless that would be a whole answer.
    /// </summary>
    public ValueTask FailAsync()
    {
        if (!_holdsEnd && !(HoldsStart && _length.HasNoBody))
            return PassOnAsync(keep: 0, async: true);

        Discard();
        return default;
    }

    /// <summary>Forgets what was asked for and not passed on: whoever answers now begins with an empty body.</summary>
    public void Discard()
    {
        _held.Clear();
        _holdsEnd = false;
    }

    /// <summary>Ends the unit, so that everything may pass; true where it stays open and not everything may.</summary>
    private async ValueTask<bool> HoldsAsync(bool async)
    {
        unit.ThrowIfInItsEnd();
        if (unit.StaysOpen)
            return true;

        await unit.EndAsync(async).ConfigureAwait(false);
        await PassOnAsync(keep: 0, async).ConfigureAwait(false);
        return false;
    }

    private async ValueTask<FlushResult> WriteButTheEndAsync(
        ReadOnlyMemory<byte> data, bool toWriter, bool async, CancellationToken cancellationToken)
    {
        var now = _holdsEnd || _length.HasNoBody || data.IsEmpty ? 0 : data.Length - 1;
        var result = now > 0 ? await WriteAsync(data[..now], toWriter, async, cancellationToken).ConfigureAwait(false) : default;
        _holdsEnd = true;
        _held.Start();
        _held.Bytes.Write(data.Span[now..]);
        HoldFlush();
        return result;
    }

    // The body of a HEAD request is not sent, so that a long one need not be kept.
    private void HoldFlush()
    {
        _held.Flush();
        if (_length.IsOfHead)
            _held.ShortenTo(MostOfHead);
    }

    private ValueTask PassOnAsync(int keep, bool async)
    {
        if (_held.IsEmpty)
            return default;

        _holdsEnd = false;
        return _held.PassOnAsync(inner, keep, async);
    }

    private FlushResult Seen(FlushResult result)
    {
        ClientHasLeft |= result.IsCompleted;
        return result;
    }
}
