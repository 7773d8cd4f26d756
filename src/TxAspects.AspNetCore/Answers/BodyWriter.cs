using System.Buffers;
using System.IO.Pipelines;
using TxAspects.AspNetCore.Requests;

namespace TxAspects.AspNetCore.Answers;

/// <summary>
/// The body as a pipe. What is written before the unit has ended is held, so that a commit that fails leaves nothing of it behind.
/// </summary>
internal sealed class BodyWriter(ResponseBody body) : PipeWriter
{
    private IBufferWriter<byte>? _lent;

    public override bool CanGetUnflushedBytes => Inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => body.UnflushedCount + Inner.UnflushedBytes;

    private PipeWriter Inner => body.Inner.Writer;

    public override Memory<byte> GetMemory(int sizeHint = 0) => Lend().GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => Lend().GetSpan(sizeHint);

    public override void Advance(int bytes)
    {
        // To whoever lent the memory, whatever has happened since.
        (_lent ?? Lend()).Advance(bytes);
        _lent = null;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        => body.IsOpen ? Inner.FlushAsync(cancellationToken) : body.FlushAsync(toWriter: true, async: true, cancellationToken);

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
        => body.IsOpen
            ? Inner.WriteAsync(source, cancellationToken)
            : body.WriteAsync(source, toWriter: true, async: true, cancellationToken);

    public override void CancelPendingFlush() => Inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        if (body.IsOpen)
            Inner.Complete(exception);
        else
            body.HoldCompletion(new Completion(Completion.Way.Writer, exception));
    }

    public override ValueTask CompleteAsync(Exception? exception = null)
        => body.IsOpen ? Inner.CompleteAsync(exception) : body.CompleteWriterAsync(exception);

    private IBufferWriter<byte> Lend() => _lent = body.IsOpen ? Inner : body.Hold();
}
