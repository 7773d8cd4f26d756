using System.Buffers.Binary;

namespace TxAspects.Testing.Wire;

/// <summary>
/// Follows the messages of a client. The first has no type: https://www.postgresql.org/docs/current/protocol-message-formats.html
/// </summary>
internal sealed class MessageCounter
{
    private readonly byte[] _head = new byte[5];
    private int _headLength = 1;    // as if the first had one
    private long _left;
    private int _statements;

    public int Statements => Volatile.Read(ref _statements);

    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_left > 0)
            {
                var skipped = (int)Math.Min(_left, bytes.Length);
                _left -= skipped;
                bytes = bytes[skipped..];
                continue;
            }

            _head[_headLength++] = bytes[0];
            bytes = bytes[1..];
            if (_headLength < _head.Length)
                continue;

            // The length counts itself, and not the type.
            _left = BinaryPrimitives.ReadInt32BigEndian(_head.AsSpan(1)) - sizeof(int);
            if (_head[0] is (byte)'Q' or (byte)'E')
                Interlocked.Increment(ref _statements);
            _headLength = 0;
            _head[0] = 0;
        }
    }
}
