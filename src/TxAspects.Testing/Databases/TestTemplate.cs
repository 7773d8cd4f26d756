using Npgsql;
using TxAspects.Testing.Databases;

namespace TxAspects.Testing;

/// <summary>A database that was migrated once, of which every test gets a copy. One per test run.</summary>
/// <remarks>
/// Its databases are named 'txaspects_test_', 16 hexadecimal digits and a number. What a run that crashed left is dropped when the next one
/// starts: databases with such a name, of the same role, whose run has no connection to the server any more.
/// </remarks>
public sealed class TestTemplate : IAsyncDisposable
{
    private readonly PostgresServer _server;
    private readonly TestRunOwner _owner;
    private readonly string _name;
    private int _disposed;

    private TestTemplate(PostgresServer server, TestRunOwner owner)
    {
        _server = server;
        _owner = owner;
        _name = owner.NextName();
    }

    /// <summary>Removes left-overs, creates a database, and has it migrated.</summary>
    /// <param name="server">Any server whose role may create databases.</param>
    /// <param name="migrate">Makes the tables and whatever data every test needs, with the connection string it gets. That does not pool,
    /// as nobody may be connected when copies are made.</param>
    /// <param name="cancellationToken">Stops the creation.</param>
    public static async Task<TestTemplate> CreateAsync(
        PostgresServer server, Func<string, Task> migrate, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(migrate);
        var template = new TestTemplate(server, await TestRunOwner.StartAsync(server, cancellationToken).ConfigureAwait(false));
        try
        {
            await template._owner.RemoveLeftOversAsync(cancellationToken).ConfigureAwait(false);
            await server.CreateDatabaseAsync(template._name, template: null, cancellationToken).ConfigureAwait(false);
            var settings = new NpgsqlConnectionStringBuilder(server.ConnectionStringFor(template._name)) { Pooling = false };
            await migrate(settings.ConnectionString).ConfigureAwait(false);
            return template;
        }
        catch
        {
            await template.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A copy for one test, or one class. Several may be made at the same time.</summary>
    /// <param name="countRoundTrips">Puts a <see cref="WireMeter"/> in front of it.</param>
    /// <param name="cancellationToken">Stops the creation.</param>
    public async Task<TestDatabase> CreateDatabaseAsync(bool countRoundTrips = false, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        var name = _owner.NextName();
        await _server.CreateDatabaseAsync(name, _name, cancellationToken).ConfigureAwait(false);
        return new TestDatabase(_server, name, countRoundTrips);
    }

    /// <summary>Drops the template. The copies that are left are dropped when the next run starts.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;

        if (!_server.IsDisposed)
            await _server.DropDatabaseAsync(_name).ConfigureAwait(false);
        await _owner.DisposeAsync().ConfigureAwait(false);
    }
}
