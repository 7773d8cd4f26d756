using System.Net;
using System.Net.Sockets;
using Npgsql;
using TxAspects.Testing;

namespace TxAspects.Tests;

/// <summary>
/// Stands between clients and one server, on the loopback. The server can go silent as one does that the network lost: nothing is answered,
/// and nothing refused.
/// </summary>
public sealed class ServerRelay : IAsyncDisposable
{
    private const int ReadyForQuery = 6;    // bytes

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _ending = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly List<Socket> _waiting = [];
    private readonly int _serverPort;
    private readonly bool _endsLate;
    private readonly Task _accepting;
    private volatile bool _isSilent;
    private int _triedInVain;

    /// <param name="server">The server.</param>
    /// <param name="endsLate">Whether the end of every answer, which says that the server is ready for more, arrives after the rest, as it
    /// may over a network.</param>
    public ServerRelay(TemporaryPostgres server, bool endsLate = false)
    {
        (_serverPort, _endsLate) = (server.Port, endsLate);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    private int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>A connection string for several servers, in which one is reached through here.</summary>
    public string Into(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        settings.Host = settings.Host!.Replace($":{_serverPort}", $":{Port}", StringComparison.Ordinal);
        return settings.ConnectionString;
    }

    /// <summary>Connections that were accepted and will never hear anything.</summary>
    public int TriedInVain => Volatile.Read(ref _triedInVain);

    /// <summary>From now on whatever is sent is swallowed. New connections are accepted, unless they are not.</summary>
    public async Task FallSilentAsync(bool acceptsConnections)
    {
        _isSilent = true;
        if (acceptsConnections)
            return;

        // The system accepts for us while there is room to wait in.
        await _closing.CancelAsync();
        _listener.Listen(1);
        while (await TryConnectAsync())
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _closing.CancelAsync();
        await _accepting;
        _waiting.ForEach(socket => socket.Dispose());
        _listener.Dispose();
        _ending.Dispose();
        _closing.Dispose();
    }

    private async Task<bool> TryConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _waiting.Add(socket);
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port, limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task AcceptAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true)
            {
                served.Add(ServeAsync(await _listener.AcceptAsync(_closing.Token)));
                if (_isSilent)
                    Interlocked.Increment(ref _triedInVain);
            }
        }
        catch (OperationCanceledException)
        {
        }

        await Task.WhenAll(served);
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            if (!_isSilent)
                await server.ConnectAsync(IPAddress.Loopback, _serverPort);
            await Task.WhenAny(CopyAsync(client, server, endsLate: false),
                _isSilent ? Task.Delay(Timeout.Infinite, _ending.Token) : CopyAsync(server, client, _endsLate));
        }
    }

    private async Task CopyAsync(Socket from, Socket to, bool endsLate)
    {
        var buffer = new byte[65536];
        try
        {
            while (await from.ReceiveAsync(buffer, _ending.Token) is var count and > 0)
            {
                if (_isSilent)
                    continue;

                var early = endsLate ? Math.Max(0, count - ReadyForQuery) : count;
                await to.SendAsync(buffer.AsMemory(0, early), _ending.Token);
                if (early == count)
                    continue;

                await Task.Delay(20, _ending.Token);
                await to.SendAsync(buffer.AsMemory(early, count - early), _ending.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }
}
