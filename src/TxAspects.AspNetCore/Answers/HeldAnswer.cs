using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using TxAspects.AspNetCore.Requests;

namespace TxAspects.AspNetCore.Answers;

/// <summary>What was asked of an answer and may not reach the server yet, in the order in which it was asked.</summary>
/// <remarks>Only the first start, flush and completion mean something to a server, so each is a place among the bytes.</remarks>
internal sealed class HeldAnswer
{
    private const int Nowhere = -1;

    private HeldBytes? _bytes;
    private int _start = Nowhere;
    private int _flush = Nowhere;
    private int _completion = Nowhere;
    private Completion? _completedBy;
    private int _flushed;

    public IBufferWriter<byte> Bytes => _bytes ??= new HeldBytes();

    public int Count => _bytes?.Count ?? 0;

    /// <summary>How many bytes came since the last flush.</summary>
    public int UnflushedCount => Count - _flushed;

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
        _flushed = Count;
    }

    public void Complete(Completion by)
    {
        if (!IsCompleted)
            (_completion, _completedBy) = (Count, by);
    }

    /// <summary>Forgets the last bytes of a body that nobody is sent.</summary>
    public void ShortenTo(int count)
    {
        _bytes?.ShortenTo(count);
        _flushed = Math.Min(_flushed, count);
    }

    /// <summary>Asks the server for all of it, but for so many bytes of the end.</summary>
    public async ValueTask PassOnAsync(IHttpResponseBodyFeature server, int keep, bool async)
    {
        // Whoever is called back by the server meanwhile, such as Response.OnStarting, finds nothing held.
        var (bytes, start, flush, completion, completedBy) = (_bytes, _start, _flush, _completion, _completedBy);
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
            await completedBy!.RepeatAsync(server, async).ConfigureAwait(false);
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

    private void Forget()
    {
        (_bytes, _completedBy, _flushed) = (null, null, 0);
        (_start, _flush, _completion) = (Nowhere, Nowhere, Nowhere);
    }

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
}
