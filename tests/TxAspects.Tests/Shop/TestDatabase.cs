using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;
using TxAspects.Testing;

namespace TxAspects.Tests;

/// <summary>A database of its own with a connect to it, and what can be observed of both from outside.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly Lazy<IModel> SharedModel = new(() =>
    {
        using var context = new ShopContext(new DbContextOptionsBuilder<ShopContext>().UseNpgsql().Options);
        return context.Model;
    });

    private readonly TemporaryDatabase _database;
    private readonly NpgsqlDataSource _observer;
    private readonly bool _isOnTestServer;
    private PostgresServer? _server;
    private int _opened;

    private TestDatabase(TemporaryDatabase database, string name, bool isOnTestServer)
    {
        (_database, _isOnTestServer) = (database, isOnTestServer);
        _observer = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(database.ConnectionString) { ApplicationName = "observer", MaxPoolSize = 4 });
        PoolName = $"{name}-{database.Name}";
        Connect = Create(name: name);
    }

    /// <summary>What the test works with.</summary>
    public DbConnect<ShopContext> Connect { get; }

    /// <summary>The isolation level that transactions have where none is asked for.</summary>
    public static string DefaultIsolation => "read committed";

    /// <summary>Of <see cref="ShopContext"/>, for all tests: EF Core would make one for every data source.</summary>
    public static IModel Model => SharedModel.Value;

    public string ConnectionString => _database.ConnectionString;

    public string PoolName { get; }

    /// <summary>Physical connections opened by all connects of this database so far.</summary>
    public int ConnectionsOpened => Volatile.Read(ref _opened);

    /// <summary>Connections taken from the pool and not given back.</summary>
    public int ConnectionsLeased
    {
        get
        {
            var used = 0;
            using var listener = new MeterListener();
            listener.InstrumentPublished = (instrument, self) =>
            {
                if (instrument is { Meter.Name: "Npgsql", Name: "db.client.connection.count" })
                    self.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<int>((_, value, tags, _) =>
            {
                if (Tag(tags, "db.client.connection.pool.name") == PoolName && Tag(tags, "db.client.connection.state") == "used")
                    used += value;
            });
            listener.Start();
            listener.RecordObservableInstruments();
            return used;

            static string? Tag(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
            {
                foreach (var tag in tags)
                {
                    if (tag.Key == name)
                        return tag.Value as string;
                }

                return null;
            }
        }
    }

    public static async Task<TestDatabase> CreateAsync(string name = "master")
        => new(await TestServer.CreateDatabaseAsync(), name, isOnTestServer: true);

    /// <summary>A database on a server of the test's own.</summary>
    public static async Task<TestDatabase> CreateOnAsync(PostgresServer server, string name = "master")
    {
        var database = new TestDatabase(await TemporaryDatabase.CreateAsync(server), name, isOnTestServer: false);
        await database.ExecuteAsync(ShopContext.Schema);
        return database;
    }

    /// <summary>A database on a server that stops with it.</summary>
    public static async Task<TestDatabase> CreateOnOwnServerAsync()
    {
        var server = await TemporaryPostgres.StartAsync();
        var database = await CreateOnAsync(server);
        database._server = server;
        return database;
    }

    /// <summary>A second connect to the same database; the caller disposes it.</summary>
    public DbConnect<ShopContext> Create(
        Func<DbConnectOptions<ShopContext>, DbConnectOptions<ShopContext>>? with = null, string name = "master",
        Action<NpgsqlConnectionStringBuilder>? configure = null, PostgresCommitMarkers? markers = null, int? maxOuterConnections = null,
            PostgresTwoPhase? twoPhase = null, bool? commitsWithSave = null)
    {
        var options = new DbConnectOptions<ShopContext>
        {
            Name = name,
            Host = new NpgsqlConnectionStringBuilder(ConnectionString).Host,
            CreateEngine = host => CreateEngine(host, configure),
            ConfigureSession = (builder, engine) => builder.UseNpgsql(engine).UseModel(Model),
            Driver = new PostgresDriver
            {
                CommitMarkers = markers,
                TwoPhaseCommit = twoPhase,
                CommitsWithSave = commitsWithSave ?? (markers is null ? TestServer.CommitsWithSave : null),
            },
            MaxOuterConnections = maxOuterConnections,
        };
        return new DbConnect<ShopContext>(with is null ? options : with(options));
    }

    /// <summary>A data source whose connections are counted.</summary>
    public NpgsqlDataSource CreateEngine(string host, Action<NpgsqlConnectionStringBuilder>? configure = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(ConnectionString) { Host = host, ApplicationName = "test", MaxPoolSize = 20 };
        if (TestServer.PoolerPort is { } pooler && _isOnTestServer)
            (settings.Port, settings.NoResetOnClose) = (pooler, true);
        configure?.Invoke(settings);
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = PoolName };
        builder.UsePhysicalConnectionInitializer(_ => Interlocked.Increment(ref _opened), _ =>
        {
            Interlocked.Increment(ref _opened);
            return Task.CompletedTask;
        });
        return builder.Build();
    }

    /// <summary>The server process behind a context's connection, so the physical connection.</summary>
    public static Task<int> BackendAsync(DbContext db)
        => db.Database.SqlQueryRaw<int>("SELECT pg_backend_pid() AS \"Value\"").SingleAsync();

    /// <summary>The isolation level of the transaction in which a context is.</summary>
    public static async Task<string> IsolationOfAsync(DbContext db)
        => (await db.Database.SqlQueryRaw<string>("SELECT current_setting('transaction_isolation') AS \"Value\"").ToListAsync()).Single();

    /// <summary>Whether a commit was refused because a slot is taken twice.</summary>
    public static bool IsTakenSlot(Exception failure) => failure is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    /// <summary>Whether a command was refused because its transaction is read-only.</summary>
    public static bool IsReadOnlyRefusal(Exception failure)
        => failure is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction };

    /// <summary>A context that no connect made.</summary>
    public ShopContext NewHandMadeContext() => new(new DbContextOptionsBuilder<ShopContext>().UseNpgsql(ConnectionString).Options);

    /// <summary>
    /// A row with a code that no other can have, and for rows of one item keys that the client cannot read, so that a save can fail
    /// although nothing failed on the server.
    /// </summary>
    public Task SeedAsync(string itemWithTooLargeKey) => ExecuteAsync($"""
        INSERT INTO orders (id, item, quantity, code) VALUES (1, 'seed', 1, 'taken');
        SELECT setval('orders_id_seq', 100);
        ALTER TABLE orders ALTER id TYPE bigint;
        CREATE FUNCTION enlarge() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.id = 3000000000 + NEW.id; RETURN NEW; END';
        CREATE TRIGGER enlarge BEFORE INSERT ON orders FOR EACH ROW WHEN (NEW.item = '{itemWithTooLargeKey}') EXECUTE FUNCTION enlarge()
        """);

    /// <summary>Rows committed, seen over a connection of the test's own.</summary>
    public async Task<int> CountAsync(string? item = null)
        => (int)await ScalarAsync<long>(item is null
            ? "SELECT count(*) FROM orders"
            : $"SELECT count(*) FROM orders WHERE item = '{item}'");

    /// <summary>The items committed, in order, seen over a connection of the test's own.</summary>
    public async Task<string> ItemsAsync()
        => await ScalarAsync<string>("SELECT coalesce(string_agg(item, ',' ORDER BY item), '') FROM orders");

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = _observer.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = _observer.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The server process of which a condition on pg_stat_activity is true, as soon as there is one.</summary>
    public async Task<int> WaitForBackendAsync(string condition)
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var pid = await ScalarAsync<int>(
                "SELECT coalesce(max(pid), 0) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND " +
                $"{condition}");
            if (pid != 0)
                return pid;
            await ExecuteAsync("SELECT pg_sleep(0.01)");
        }

        throw new AssertFailedException($"No server process with {condition}.");
    }

    /// <summary>Returns when there is no server process of which a condition on pg_stat_activity is true.</summary>
    public async Task WaitForNoBackendAsync(string condition)
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            if (!await ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> " +
                                         $"pg_backend_pid() AND {condition})"))
                return;
            await ExecuteAsync("SELECT pg_sleep(0.01)");
        }

        throw new AssertFailedException($"There still is a server process with {condition}.");
    }

    /// <summary>Ends a server process, and returns when it is gone.</summary>
    public async Task KillAsync(int pid) => Assert.IsTrue(await ScalarAsync<bool>($"SELECT pg_terminate_backend({pid}, 10000)"));

    /// <summary>Fails the test where something is left: an ambient unit, a leased connection, a transaction on the server.</summary>
    public async Task AssertNothingLeftAsync()
    {
        Assert.IsFalse(Tx.IsOpen, "A unit of work is still ambient.");
        Assert.AreEqual(0, ConnectionsLeased, "A connection was not given back.");
        Assert.AreEqual(0L, await CountOpenTransactionsAsync(), "A transaction is still open on the server.");
    }

    // Where the driver gave a connection up, the server may take a moment to notice; a transaction that was left open stays.
    private async Task<long> CountOpenTransactionsAsync()
    {
        var open = 1L;
        for (var attempt = 0; attempt < 100 && open > 0; attempt++)
        {
            open = await ScalarAsync<long>(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'");
            if (open > 0)
                await ExecuteAsync("SELECT pg_sleep(0.02)");
        }

        return open;
    }

    public async ValueTask DisposeAsync()
    {
        await Connect.DisposeAsync();
        await _observer.DisposeAsync();
        await _database.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
