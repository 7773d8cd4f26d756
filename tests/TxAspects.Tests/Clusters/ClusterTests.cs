using Microsoft.EntityFrameworkCore;
using Npgsql;
using TxAspects.Testing;

namespace TxAspects.Tests;

/// <summary>
/// Tests with a primary and two standbys of their own. After every test nothing may be left. They set the options of the process, so none
/// runs in parallel.
/// </summary>
public abstract class ClusterTests
{
    private const string Database = "shop";

    private readonly LogRecorder _log = new();

    public TestContext TestContext { get; set; } = null!;

    protected static UnitOfWorkOptions ReadOnly { get; } = new() { ReadOnly = true };

    protected TemporaryCluster Cluster { get; private set; } = null!;

    protected DbConnect<ShopContext> Connect { get; private set; } = null!;

    protected string ConnectionString
        => new NpgsqlConnectionStringBuilder(
            Cluster.ConnectionString) { Database = Database, MaxPoolSize = 20, Timeout = 5 }.ConnectionString;

    protected IEnumerable<string> Logged => _log.Messages.Select(message => message.Text);

    /// <summary>Settings of every server beside the defaults.</summary>
    protected virtual IDictionary<string, string> Settings => new Dictionary<string, string>();

    [TestInitialize]
    public async Task StartAsync()
    {
        Cluster = await TemporaryCluster.StartAsync(
            options: new TemporaryPostgresOptions { Settings = Settings }, cancellationToken: TestContext.CancellationToken);
        await Cluster.Primary.CreateDatabaseAsync(Database);
        await ExecuteAsync(Cluster.Primary, ShopContext.Schema);
        foreach (var standby in Cluster.Standbys)
            await CatchUpAsync(standby);
        Connect = PostgresConnect.CreateCluster<ShopContext>(
            ConnectionString, new() { Name = "shop", ReadYourWrites = TimeSpan.FromSeconds(10) });
        Tx.Configure(new TxAspectsOptions { LoggerFactory = _log });
    }

    [TestCleanup]
    public async Task AssertNothingIsLeftAsync()
    {
        Tx.Configure(new TxAspectsOptions());
        await using (Cluster)
        await using (Connect)
        {
            if (TestContext.CurrentTestOutcome != UnitTestOutcome.Passed)
                return;

            Assert.IsFalse(Tx.IsOpen, "A unit of work is still ambient.");
            foreach (var server in Cluster.Standbys.Append(Cluster.Primary))
                Assert.AreEqual(0L, await ScalarAsync<long>(server, "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in " +
                                                                    "transaction%'"));
        }
    }

    protected static async Task<T> ScalarAsync<T>(TemporaryPostgres server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(server.ConnectionStringFor(Database)) { Pooling = false });
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    protected static Task ExecuteAsync(TemporaryPostgres server, string sql) => ScalarAsync<object?>(server, sql);

    /// <summary>Returns when a standby has replayed what the primary has written so far.</summary>
    protected async Task CatchUpAsync(TemporaryPostgres standby)
    {
        var position = await ScalarAsync<string>(Cluster.Primary, "SELECT pg_current_wal_lsn()::text");
        for (var attempt = 0; !await ScalarOfServerAsync<bool>(standby, $"SELECT pg_last_wal_replay_lsn() >= '{position}'"); attempt++)
        {
            Assert.IsLessThan(1000, attempt, "The standby does not catch up.");
            await Task.Delay(10, TestContext.CancellationToken);
        }
    }

    /// <summary>The port of the server that a unit with these settings reaches.</summary>
    protected Task<int> PortAsync(UnitOfWorkOptions? options = null)
        => Tx.RunAsync(() => PortInUnitAsync(), options ?? new UnitOfWorkOptions());

    protected async Task<int> PortInUnitAsync(DbConnect<ShopContext>? connect = null)
    {
        var db = await Tx.SessionAsync(connect ?? Connect);
        return (await db.Database.SqlQueryRaw<int>("SELECT inet_server_port() AS \"Value\"").ToListAsync()).Single();
    }

    protected int PortInUnit(DbConnect<ShopContext> connect)
        => Tx.Session(connect).Database.SqlQueryRaw<int>("SELECT inet_server_port() AS \"Value\"").ToList().Single();

    protected Task InsertAsync(string item, UnitOfWorkOptions? options = null)
        => Tx.RunAsync(async () => { (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = item }); },
            options ?? new UnitOfWorkOptions());

    protected Task<int> CountAsync(UnitOfWorkOptions options)
        => Tx.RunAsync(async () => await (await Tx.SessionAsync(Connect)).Orders.CountAsync(), options);

    // The database may not be there yet.
    private static async Task<T> ScalarOfServerAsync<T>(TemporaryPostgres server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false });
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
