using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace TxAspects.Benchmarks.Wire;

/// <summary>
/// Stands between clients and the server on loopback, counts their round trips, and makes each of them last longer where asked to.
/// </summary>
internal sealed class Relay : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly NpgsqlConnectionStringBuilder _server;
    private readonly TimeSpan _delay;
    private readonly List<RelayedConnection> _connections = [];    // lock on it

    /// <summary>Starts to listen.</summary>
    /// <param name="connectionString">The server.</param>
    /// <param name="delay">How long what a client sends is held back.</param>
    public Relay(string connectionString, TimeSpan delay = default)
    {
        _server = new NpgsqlConnectionStringBuilder(connectionString);
        _delay = delay;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        ConnectionString = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Host = IPAddress.Loopback.ToString(),
            Port = ((IPEndPoint)_listener.LocalEndPoint!).Port,
        }.ConnectionString;
        new Thread(Accept) { IsBackground = true, Name = "relay" }.Start();
    }

    /// <summary>Reaches the server through here.</summary>
    public string ConnectionString { get; }

    public int ConnectionCount => Sum(_ => 1);

    /// <summary>How often a client sent something after the server had, all connections together.</summary>
    public int RoundTripCount => Sum(connection => connection.RoundTripCount);

    /// <summary>How long a message was really held back, on average.</summary>
    public TimeSpan AchievedDelay
    {
        get
        {
            lock (_connections)
                return TimeSpan.FromTicks(
                    _connections.Sum(one => one.HeldBack.Ticks) / Math.Max(1, _connections.Sum(one => one.MessageCount)));
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        lock (_connections)
            _connections.ForEach(connection => connection.Dispose());
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                var connection = new RelayedConnection(_listener.Accept(), _server.Host!, _server.Port, _delay);
                lock (_connections)
                    _connections.Add(connection);
                connection.Start();
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The listener was closed.
        }
    }

    private int Sum(Func<RelayedConnection, int> count)
    {
        lock (_connections)
            return _connections.Sum(count);
    }
}
