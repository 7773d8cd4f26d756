using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace TxAspects.AspNetCore.Requests;

/// <summary>What was asked of an answer and may not reach the server yet, in the order in which it was asked.</summary>
/// <remarks>Only the first start, flush and completion mean something to a server, so each is a place among the bytes.</remarks>
internal sealed class HeldAnswer
{
    private const int Nowhere = -1;

    private HeldBytes? _bytes;
    private int _start = Nowhere;
    private int _flush = Nowhere;
    private int _completion = Nowhere;
    private Exception? _completedWith;

    public IBufferWriter<byte> Bytes => _bytes ??= new HeldBytes();

    public int Count => _bytes?.Count ?? 0;

    public bool IsStarted => _start != Nowhere;

    public bool IsCompleted => _completion != Nowhere;

    public bool IsEmpty => Count == 0 && !IsStarted && _flush == Nowhere && !IsCompleted;

    public void Start()
    {
        if (!IsStarted && _flush == Nowhere && !IsCompleted)
            _start = Count;
    }

    public void Flush()
    {
        if (_flush == Nowhere && !IsCompleted)
            _flush = Count;
    }

    public void Complete(Exception? exception)
    {
        if (!IsCompleted)
            (_completion, _completedWith) = (Count, exception);
    }

    /// <summary>Forgets the last bytes of a body that nobody is sent.</summary>
    public void ShortenTo(int count) => _bytes?.ShortenTo(count);

    /// <summary>Asks the server for all of it, but for so many bytes of the end.</summary>
    public async ValueTask PassOnAsync(IHttpResponseBodyFeature server, int keep, bool async)
    {
        // Whoever is called back by the server meanwhile, such as Response.OnStarting, finds nothing held.
        var (bytes, start, flush, completion, completedWith) = (_bytes, _start, _flush, _completion, _completedWith);
        Forget();
        var (passed, limit) = (0, (bytes?.Count ?? 0) - keep);
        if (start != Nowhere)
        {
            Pass(start);
            await StartAsync(server, async).ConfigureAwait(false);
        }

        if (flush != Nowhere)
        {
            Pass(flush);
            await FlushAsync(server, async).ConfigureAwait(false);
        }

        if (completion != Nowhere)
        {
            Pass(completion);
            await CompleteAsync(server.Writer, completedWith, async).ConfigureAwait(false);
        }

        Pass(limit);
        if (keep > 0)
            Bytes.Write(bytes!.Written[passed..]);
        bytes?.Clear();

        void Pass(int end)
        {
            end = Math.Min(end, limit);
            if (end <= passed)
                return;

            server.Writer.Write(bytes!.Written[passed..end]);
            passed = end;
        }
    }

    public void Clear()
    {
        _bytes?.Clear();
        Forget();
    }

    private void Forget() => (_bytes, _start, _flush, _completion, _completedWith) = (null, Nowhere, Nowhere, Nowhere, null);

    // A server blocks in the same places, where it lets anybody write synchronously at all.
    private static ValueTask StartAsync(IHttpResponseBodyFeature server, bool async)
    {
        var starting = server.StartAsync();
        if (async)
            return new(starting);

        starting.GetAwaiter().GetResult();
        return default;
    }

    private static ValueTask FlushAsync(IHttpResponseBodyFeature server, bool async)
    {
        if (async)
            return new(server.Stream.FlushAsync());

        server.Stream.Flush();
        return default;
    }

    private static ValueTask CompleteAsync(PipeWriter writer, Exception? exception, bool async)
    {
        if (async)
            return writer.CompleteAsync(exception);

        writer.Complete(exception);
        return default;
    }
}
