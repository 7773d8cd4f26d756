using System.Diagnostics;
using System.Net.Sockets;

namespace TxAspects.Benchmarks.Wire;

/// <summary>
/// One client's connection to the server, with a thread for each direction: nothing here waits for the thread pool that the peers use.
/// </summary>
internal sealed class RelayedConnection : IDisposable
{
    private const int StackSize = 256 * 1024;

    private readonly Socket _client;
    private readonly Socket _server;
    private readonly TimeSpan _delay;
    private volatile bool _clientSpokeLast;
    private volatile int _roundTripCount;
    private volatile int _messageCount;
    private long _heldBack;

    public RelayedConnection(Socket client, string host, int port, TimeSpan delay)
    {
        _client = client;
        _delay = delay;
        _server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _server.Connect(host, port);
        _client.NoDelay = _server.NoDelay = true;
    }

    public int RoundTripCount => _roundTripCount;

    public int MessageCount => _messageCount;

    public TimeSpan HeldBack => TimeSpan.FromTicks(Interlocked.Read(ref _heldBack));

    public void Start()
    {
        new Thread(() => Relay(ForwardRequest), StackSize) { IsBackground = true, Name = "relay to server" }.Start();
        new Thread(() => Relay(ForwardAnswer), StackSize) { IsBackground = true, Name = "relay to client" }.Start();
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    private bool ForwardRequest(byte[] buffer)
    {
        var length = _client.Receive(buffer);
        if (length == 0)
            return false;

        if (!_clientSpokeLast)
            _roundTripCount++;
        _clientSpokeLast = true;
        if (_delay > TimeSpan.Zero)
            length += HoldBack(buffer.AsSpan(length));
        Send(_server, buffer.AsSpan(0, length));
        return true;
    }

    private bool ForwardAnswer(byte[] buffer)
    {
        var length = _server.Receive(buffer);
        if (length == 0)
            return false;

        // Before it is sent: the client may answer at once.
        _clientSpokeLast = false;
        Send(_client, buffer.AsSpan(0, length));
        return true;
    }

    /// <summary>Waits, and takes what came meanwhile along: it belongs to the same message.</summary>
    private int HoldBack(Span<byte> rest)
    {
        var start = Stopwatch.GetTimestamp();
        PreciseWait.Until(start + (long)(_delay.TotalSeconds * Stopwatch.Frequency));
        Interlocked.Add(ref _heldBack, Stopwatch.GetElapsedTime(start).Ticks);
        _messageCount++;
        return _client.Available > 0 && rest.Length > 0 ? _client.Receive(rest) : 0;
    }

    private void Relay(Func<byte[], bool> forward)
    {
        PreciseWait.PrepareThread();
        var buffer = new byte[64 * 1024];
        try
        {
            while (forward(buffer))
            {
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // One side is gone, so the other goes as well.
        }

        Dispose();
    }

    private static void Send(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[socket.Send(bytes)..];
    }
}
