using System.Net;
using System.Net.Sockets;
using Npgsql;
using TxAspects.Testing.Servers;
using TxAspects.Testing.Wire;

namespace TxAspects.Testing;

/// <summary>Stands between an application and its server on loopback, and counts what goes over the wire, exactly.</summary>
/// <remarks>Turns TLS off, and so needs a server that allows that from this machine.</remarks>
public sealed class WireMeter : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly NpgsqlConnectionStringBuilder _server;
    private readonly List<WireConnection> _connections = [];    // lock on it

    /// <summary>Starts to listen.</summary>
    /// <param name="connectionString">The server, by a host name or an address.</param>
    /// <exception cref="ArgumentException">It is no connection string.</exception>
    public WireMeter(string connectionString)
    {
        _server = ConnectionText.Read(connectionString, "What was given");
        (_server.SslMode, _server.GssEncryptionMode) = (SslMode.Disable, GssEncryptionMode.Disable);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        ConnectionString = new NpgsqlConnectionStringBuilder(_server.ConnectionString)
        {
            Host = IPAddress.Loopback.ToString(),
            Port = ((IPEndPoint)_listener.LocalEndPoint!).Port,
        }.ConnectionString;
        _ = AcceptAsync();
    }

    /// <summary>Reaches the server through here.</summary>
    public string ConnectionString { get; }

    /// <summary>Connections opened so far.</summary>
    public int Connections => Sum(_ => 1);

    /// <summary>
    /// How often a client sent something after it had heard from the server, all connections together, those for opening one included.
    /// </summary>
    public int RoundTrips => Sum(connection => connection.RoundTrips);

    /// <summary>Statements sent, BEGIN and COMMIT among them.</summary>
    public int Statements => Sum(connection => connection.Statements);

    /// <summary>Counts what a body needs. Let it run once before: the first time opens a connection.</summary>
    public async Task<WireCount> CountAsync(Func<Task> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var (connections, roundTrips, statements) = (Connections, RoundTrips, Statements);
        await body().ConfigureAwait(false);
        return new WireCount(RoundTrips - roundTrips, Statements - statements, Connections - connections);
    }

    /// <summary>Closes all connections.</summary>
    public void Dispose()
    {
        _listener.Dispose();
        lock (_connections)
            _connections.ForEach(connection => connection.Dispose());
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = new WireConnection(await _listener.AcceptAsync().ConfigureAwait(false));
                lock (_connections)
                    _connections.Add(connection);
                _ = connection.RunAsync(_server.Host!, _server.Port);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The listener was closed.
        }
    }

    private int Sum(Func<WireConnection, int> count)
    {
        lock (_connections)
            return _connections.Sum(count);
    }
}
