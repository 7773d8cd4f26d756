using System.Net;
using System.Net.Sockets;

namespace TxAspects.Soak;

/// <summary>The network between the workers and their server: it resets connections at random, and more often around a COMMIT.</summary>
public sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly List<Task> _tasks = [];    // lock on it
    private readonly (string Host, int Port) _server;
    private readonly Figures _figures;
    private readonly Random _random;    // lock on it

    public Relay(string host, int port, Figures figures, int seed)
    {
        (_server, _figures, _random) = ((host, port), figures, new Random(seed));
        _listener.Start();
        Start(AcceptAsync());
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        Task[] tasks;
        lock (_tasks)
            tasks = [.. _tasks];
        await Task.WhenAll(tasks);
        _ending.Dispose();
    }

    private void Start(Task task)
    {
        lock (_tasks)
        {
            _tasks.RemoveAll(one => one.IsCompleted);
            _tasks.Add(task);
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                Start(ServeAsync(await _listener.AcceptSocketAsync(_ending.Token)));
        }
        catch (Exception exception) when (IsEnd(exception))
        {
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            try
            {
                await server.ConnectAsync(_server.Host, _server.Port, _ending.Token);
            }
            catch (Exception exception) when (IsEnd(exception))
            {
                return;
            }

            var requests = CopyAsync(client, server, isRequest: true);
            var replies = CopyAsync(server, client, isRequest: false);
            await Task.WhenAny(requests, replies);
            client.LingerState = new LingerOption(true, 0);    // Closing it resets the connection.
            client.Close();
            server.Close();
            await Task.WhenAll(requests, replies);
        }
    }

    /// <summary>Ends where the connection ends, or is to be reset.</summary>
    private async Task CopyAsync(Socket from, Socket to, bool isRequest)
    {
        var buffer = new byte[65536];
        try
        {
            while (await from.ReceiveAsync(buffer, _ending.Token) is var count and > 0)
            {
                // The zero behind it keeps READ COMMITTED out.
                var isCommit = isRequest && buffer.AsSpan(0, count).IndexOf("COMMIT\0"u8) >= 0;
                if (isCommit && IsTime(100, "COMMIT lost"))
                    return;

                var isCut = IsTime(6000, "reset at random");
                await to.SendAsync(buffer.AsMemory(0, isCut ? count / 2 : count), _ending.Token);
                if (isCut || (isCommit && IsTime(100, "answer lost")))
                    return;
            }
        }
        catch (Exception exception) when (IsEnd(exception))
        {
        }
    }

    private bool IsTime(int oneIn, string fault)
    {
        lock (_random)
        {
            if (_random.Next(oneIn) > 0)
                return false;
        }

        _figures.Count($"faults: {fault}");
        return true;
    }

    private static bool IsEnd(Exception exception) => exception is OperationCanceledException or SocketException or ObjectDisposedException;
}
