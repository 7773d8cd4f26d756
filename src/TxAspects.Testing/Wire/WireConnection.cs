using System.Net.Sockets;

namespace TxAspects.Testing.Wire;

/// <summary>One client's connection, passed on to the server.</summary>
internal sealed class WireConnection(Socket client) : IDisposable
{
    private readonly Socket _server = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly MessageCounter _messages = new();
    private int _heard = 1;    // whether the server spoke last; changed with Interlocked
    private int _roundTrips;

    public int RoundTrips => Volatile.Read(ref _roundTrips);

    public int Statements => _messages.Statements;

    public async Task RunAsync(string host, int port)
    {
        using (this)
        {
            try
            {
                client.NoDelay = true;
                if (host.StartsWith('/'))
                    throw new SocketException((int)SocketError.AddressFamilyNotSupported);
                await _server.ConnectAsync(host, port).ConfigureAwait(false);
                await Task.WhenAny(PassAsync(client, _server, Sent), PassAsync(_server, client, Heard)).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The client sees its connection end.
            }
        }
    }

    public void Dispose()
    {
        client.Dispose();
        _server.Dispose();
    }

    private static async Task PassAsync(Socket from, Socket to, Action<ReadOnlySpan<byte>> seen)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer).ConfigureAwait(false) is > 0 and var length)
            {
                // Counted before it is passed on, so that whoever has the answer has the count.
                seen(buffer.AsSpan(0, length));
                for (var sent = 0; sent < length;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, length - sent)).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // One side has closed.
        }
    }

    private void Sent(ReadOnlySpan<byte> bytes)
    {
        if (Interlocked.Exchange(ref _heard, 0) == 1)
            Interlocked.Increment(ref _roundTrips);
        _messages.Add(bytes);
    }

    private void Heard(ReadOnlySpan<byte> bytes) => Interlocked.Exchange(ref _heard, 1);
}
