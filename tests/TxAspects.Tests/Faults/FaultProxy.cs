using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>Stands between a client and its server, on the loopback, and acts when a client sends given bytes.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly List<Task> _connections = [];
    private readonly string _host;
    private readonly int _port;
    private readonly Fault _fault;
    private readonly byte[] _trigger;
    private readonly Func<Task> _untilArrived;
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _acted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _times;
    private int _armed = 1;
    private int _roundTrips;
    private int _accepted;

    private FaultProxy(string connectionString, Fault fault, byte[] trigger, Func<Task> untilArrived)
    {
        _untilArrived = untilArrived;
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        (_host, _port, _fault, _trigger) = (server.Host!, server.Port, fault, trigger);
        _listener.Start();
        _connections.Add(AcceptAsync());
    }

    /// <summary>How often a client sent something after the server had, all connections together.</summary>
    public int RoundTrips => Volatile.Read(ref _roundTrips);

    /// <summary>Ends when a client asks the server to cancel something.</summary>
    public Task Cancelled => _cancelled.Task;

    /// <summary>How often it has acted.</summary>
    public int Times => Volatile.Read(ref _times);

    /// <summary>Ends when it acts for the first time.</summary>
    public Task Acted => _acted.Task;

    /// <summary>How many connections clients have opened, those that only cancel something among them.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Whether the whole server is silent: it accepts connections, and whatever is sent is swallowed.</summary>
    public bool IsSilent { get; set; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Acts once, at the first COMMIT. The zero behind it keeps READ COMMITTED out.</summary>
    /// <param name="database">The server.</param>
    /// <param name="fault">What to do then.</param>
    /// <param name="untilArrived">For <see cref="Fault.ReplyNotAwaited"/>: ends when the server is at work on the request. For
    /// <see cref="Fault.RequestDelayed"/> and <see cref="Fault.ReplyDelayed"/>: what happens before.</param>
    public static FaultProxy AtCommit(TestDatabase database, Fault fault, Func<Task>? untilArrived = null)
        => new(database.ConnectionString, fault, "COMMIT\0"u8.ToArray(), untilArrived ?? (() => Task.CompletedTask));

    /// <summary>The same, at the first message with a given text.</summary>
    /// <param name="times">How often it acts.</param>
    public static FaultProxy At(string text, TestDatabase database, Fault fault, Func<Task>? untilArrived = null, int times = 1)
        => new(database.ConnectionString, fault, Encoding.ASCII.GetBytes(text),
            untilArrived ?? (() => Task.CompletedTask)) { _armed = times };

    /// <summary>Changes nothing, and counts.</summary>
    public static FaultProxy ForCounting(TestDatabase database)
        => new(database.ConnectionString, Fault.None, [], () => Task.CompletedTask);

    /// <summary>Once, has the server sleep where a transaction begins, so that it can be cancelled there.</summary>
    public static FaultProxy AtBegin(TestDatabase database)
        => new(database.ConnectionString, Fault.Replaced, "BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED\0"u8.ToArray(),
            () => Task.CompletedTask);

    /// <summary>A connect whose connections all go through here.</summary>
    public DbConnect<ShopContext> Connect(
        TestDatabase database, string name = "master", PostgresCommitMarkers? markers = null, PostgresTwoPhase? twoPhase = null,
        bool? commitsWithSave = null)
        => database.Create(
            name: name, markers: markers, twoPhase: twoPhase, commitsWithSave: commitsWithSave,
            configure: settings => (settings.Host, settings.Port) = ("127.0.0.1", Port));

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        Task[] connections;
        lock (_connections)
            connections = [.. _connections];
        await Task.WhenAll(connections);
        _ending.Dispose();
    }

    private void Acts()
    {
        Interlocked.Increment(ref _times);
        _acted.TrySetResult();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_ending.Token);
                Interlocked.Increment(ref _accepted);
                lock (_connections)
                    _connections.Add(ServeAsync(client));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            await server.ConnectAsync(_host, _port, _ending.Token);
            var link = new Link(this);
            var requests = CopyAsync(client, server, link.LetsRequestPass, () => DelayAsync(Fault.RequestDelayed), IsOverAsync);
            var replies = CopyAsync(
                server, client, link.LetsReplyPass, () => DelayAsync(Fault.ReplyDelayed), () => Task.FromResult(false));
            await Task.WhenAny(requests, replies);
            if (link.IsBroken && _fault is Fault.ReplyLostByReset)
                client.LingerState = new LingerOption(true, 0);
            client.Close();
            server.Close();
            await Task.WhenAll(requests, replies);

            Task DelayAsync(Fault fault) => fault == _fault && link.TakeDelay() ? _untilArrived() : Task.CompletedTask;

            async Task<bool> IsOverAsync()
            {
                if (!link.IsBroken || _fault is not Fault.ReplyNotAwaited)
                    return false;

                await _untilArrived();
                return true;
            }
        }
    }

    private async Task CopyAsync(
        Socket from, Socket to, Func<Memory<byte>, Passage> letsPass, Func<Task> untilSent, Func<Task<bool>> isOver)
    {
        var buffer = new byte[65536];
        try
        {
            while (await from.ReceiveAsync(buffer, _ending.Token) is var count and > 0)
            {
                var passage = letsPass(buffer.AsMemory(0, count));
                if (passage is Passage.Swallowed)
                    continue;
                if (passage is Passage.Broken)
                    return;

                await untilSent();
                await to.SendAsync(buffer.AsMemory(0, count), _ending.Token);
                if (await isOver())
                    return;
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    /// <summary>One client's connection.</summary>
    private sealed class Link(FaultProxy proxy)
    {
        // Its length and its code; see https://www.postgresql.org/docs/current/protocol-message-formats.html.
        private static ReadOnlySpan<byte> CancelRequest => [0, 0, 0, 16, 0x04, 0xD2, 0x16, 0x2E];

        private volatile bool _isBroken;
        private volatile bool _isDelayed;
        private volatile bool _isSilent;
        private int _serverSpoke;

        public bool IsBroken => _isBroken;

        private bool IsSilent => _isSilent |= proxy.IsSilent;

        public Passage LetsRequestPass(Memory<byte> request)
        {
            if (request.Span.StartsWith(CancelRequest))
                proxy._cancelled.TrySetResult();
            if (IsSilent)
                return Passage.Swallowed;
            if (Interlocked.Exchange(ref _serverSpoke, 0) == 1)
                Interlocked.Increment(ref proxy._roundTrips);

            var position = request.Span.IndexOf(proxy._trigger);
            if (proxy._fault is Fault.None || position < 0 || Interlocked.Decrement(ref proxy._armed) < 0)
                return Passage.Granted;

            proxy.Acts();
            if (proxy._fault is Fault.Replaced)
            {
                // As long as what it replaces, because the message begins with its length.
                Encoding.ASCII.GetBytes("SELECT pg_sleep(600)".PadRight(proxy._trigger.Length - 1)).CopyTo(request[position..]);
                return Passage.Granted;
            }

            if (proxy._fault is Fault.RequestDelayed or Fault.ReplyDelayed)
            {
                _isDelayed = true;
                return Passage.Granted;
            }

            if (proxy._fault is Fault.Silence)
            {
                _isSilent = true;
                return Passage.Swallowed;
            }

            _isBroken = true;
            return proxy._fault is Fault.RequestLost ? Passage.Broken : Passage.Granted;
        }

        public bool TakeDelay()
        {
            var isDelayed = _isDelayed;
            _isDelayed = false;
            return isDelayed;
        }

        public Passage LetsReplyPass(Memory<byte> reply)
        {
            if (IsSilent)
                return Passage.Swallowed;

            Volatile.Write(ref _serverSpoke, 1);
            return _isBroken ? Passage.Broken : Passage.Granted;
        }
    }

    /// <summary>Whether what one side has sent reaches the other one.</summary>
    private enum Passage
    {
        Granted,

        /// <summary>It does not, and nobody is told.</summary>
        Swallowed,

        /// <summary>It does not, and the connection is closed.</summary>
        Broken,
    }
}

/// <summary>What becomes of a request.</summary>
public enum Fault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The server gets it after something else.</summary>
    RequestDelayed,

    /// <summary>The server carries it out, and the client gets the answer after something else.</summary>
    ReplyDelayed,

    /// <summary>The server never gets it; the client's connection is closed.</summary>
    RequestLost,

    /// <summary>The server carries it out, and the client's connection is closed.</summary>
    ReplyLost,

    /// <summary>The server gets it, and the client's connection is closed before it answers.</summary>
    ReplyNotAwaited,

    /// <summary>The server carries it out, and the client's connection is reset.</summary>
    ReplyLostByReset,

    /// <summary>The server gets a statement that sleeps in its place.</summary>
    Replaced,

    /// <summary>The server never gets it, nor what comes after it on the connection, and the client hears nothing any more.</summary>
    Silence,
}
