using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace TxAspects.TwoPhase.Tests;

/// <summary>
/// Stands between a client and its server, and does something at the first message that contains a given text, before or after the server
/// gets it.
/// </summary>
internal sealed class StepProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly NpgsqlConnectionStringBuilder _server;
    private readonly byte[] _step;
    private readonly bool _isBefore;
    private readonly Action _act;
    private readonly Task _accepting;
    private int _isDone;
    private volatile bool _isMute;    // what the server answers from the step on never arrives

    public StepProxy(string connectionString, string step, bool isBefore, Action act)
    {
        (_server, _step, _isBefore, _act) = (
            new NpgsqlConnectionStringBuilder(connectionString), Encoding.ASCII.GetBytes(step), isBefore, act);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string ConnectionString
        => new NpgsqlConnectionStringBuilder(
            _server.ConnectionString) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        await _accepting;
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true)
                served.Add(ServeAsync(await _listener.AcceptSocketAsync(_ending.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
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
            await server.ConnectAsync(_server.Host!, _server.Port, _ending.Token);
            await Task.WhenAny(CopyAsync(client, server, isRequest: true), CopyAsync(server, client, isRequest: false));
        }
    }

    private async Task CopyAsync(Socket from, Socket to, bool isRequest)
    {
        var buffer = new byte[65536];
        try
        {
            while (await from.ReceiveAsync(buffer, _ending.Token) is var count and > 0)
            {
                var isStep = isRequest && buffer.AsSpan(0, count).IndexOf(_step) >= 0 && Interlocked.Exchange(ref _isDone, 1) == 0;
                if (_isMute && !isRequest)
                    return;

                _isMute |= isStep;
                if (isStep && _isBefore)
                {
                    _act();
                    return;
                }

                await to.SendAsync(buffer.AsMemory(0, count), _ending.Token);
                if (isStep)
                    _act();
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }
}
