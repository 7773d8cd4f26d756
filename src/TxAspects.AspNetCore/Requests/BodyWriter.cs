using System.Buffers;
using System.IO.Pipelines;

namespace TxAspects.AspNetCore.Requests;

/// <summary>The body as a pipe. What is written before the first flush is held back, so that a commit that fails leaves nothing of it behind.</summary>
internal sealed class BodyWriter(ResponseBody body, PipeWriter inner) : PipeWriter
{
    private readonly HeldBytes _held = new();
    private bool _isReleased;
    private bool _completeWasAsked;
    private Exception? _completedWith;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => _isReleased ? inner.UnflushedBytes : _held.Count;

    private IBufferWriter<byte> Target => _isReleased ? inner : _held;

    public override Memory<byte> GetMemory(int sizeHint = 0) => Target.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => Target.GetSpan(sizeHint);

    public override void Advance(int bytes) => Target.Advance(bytes);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        return _isReleased && body.IsOpen ? inner.FlushAsync(cancellationToken) : FlushFirstAsync();

        async ValueTask<FlushResult> FlushFirstAsync()
        {
            await body.BeforeSendingAsync().ConfigureAwait(false);
            return await inner.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        if (_isReleased)
            inner.Complete(exception);
        else
            (_completeWasAsked, _completedWith) = (true, exception);
    }

    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        await body.BeforeSendingAsync().ConfigureAwait(false);
        await inner.CompleteAsync(exception).ConfigureAwait(false);
    }

    /// <summary>Hands what is held to the server, and from now on everything straight away.</summary>
    public void Release()
    {
        if (_isReleased)
            return;

        _isReleased = true;
        inner.Write(_held.Written);
        _held.Clear();
        if (_completeWasAsked)
            inner.Complete(_completedWith);
    }

    /// <summary>Forgets what is held.</summary>
    public void Discard() => _held.Clear();
}
