namespace TxAspects.AspNetCore.Answers;

/// <summary>The body as a stream.</summary>
internal sealed class BodyStream(ResponseBody body) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override bool CanTimeout => Inner.CanTimeout;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int WriteTimeout
    {
        get => Inner.WriteTimeout;
        set => Inner.WriteTimeout = value;
    }

    private Stream Inner => body.Inner.Stream;

    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        if (body.IsOpenForSynchronous)
            Inner.Write(buffer, offset, count);
        else
            Finished(body.WriteAsync(buffer.AsMemory(offset, count), toWriter: false, async: false, CancellationToken.None));
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (body.IsOpenForSynchronous)
            Inner.Write(buffer);
        else
            Finished(body.WriteAsync(buffer.ToArray(), toWriter: false, async: false, CancellationToken.None));
    }

    public override void WriteByte(byte value) => Write([value]);

    public override void Flush()
    {
        if (body.IsOpenForSynchronous)
            Inner.Flush();
        else
            Finished(body.FlushAsync(toWriter: false, async: false, CancellationToken.None));
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        return body.IsOpen ? Inner.WriteAsync(buffer, cancellationToken) : WriteFirstAsync();

        async ValueTask WriteFirstAsync()
            => await body.WriteAsync(buffer, toWriter: false, async: true, cancellationToken).ConfigureAwait(false);
    }

    public override Task FlushAsync(CancellationToken cancellationToken)
        => body.IsOpen ? Inner.FlushAsync(cancellationToken) : body.FlushAsync(toWriter: false, async: true, cancellationToken).AsTask();

    public override IAsyncResult BeginWrite(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state)
        => TaskToAsyncResult.Begin(WriteAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override void EndWrite(IAsyncResult asyncResult) => TaskToAsyncResult.End(asyncResult);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    // Synchronous to its end.
    private static void Finished<T>(ValueTask<T> operation) => operation.GetAwaiter().GetResult();
}
