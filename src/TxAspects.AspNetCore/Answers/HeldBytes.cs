using System.Buffers;

namespace TxAspects.AspNetCore.Answers;

/// <summary>Bytes in memory from the pool.</summary>
internal sealed class HeldBytes : IBufferWriter<byte>
{
    private const int Least = 4096;

    private byte[] _buffer = [];

    public int Count { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Count);

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(Count);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(Count);
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - Count);
        Count += count;
    }

    public void ShortenTo(int count) => Count = Math.Min(Count, count);

    public void Clear()
    {
        Return();
        _buffer = [];
        Count = 0;
    }

    private void Reserve(int sizeHint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        if (_buffer.Length - Count >= Math.Max(1, sizeHint))
            return;

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(Least, _buffer.Length * 2), Count + sizeHint));
        Written.CopyTo(larger);
        Return();
        _buffer = larger;
    }

    private void Return()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
    }
}
