using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>What tests of the transaction's own time limit on the server have in common.</summary>
/// <remarks>
/// PostgreSQL 17 and later have one; for older servers each test says the opposite. The client's clock stands still unless a test moves it,
/// so that what the server was told is known exactly, and what ends a unit is the server alone.
/// </remarks>
public abstract class TransactionTimeoutSpecification : DatabaseTests
{
    /// <summary>How long after a unit's deadline its transaction may go on.</summary>
    protected static readonly TimeSpan Grace = TimeSpan.FromSeconds(0.5);

    /// <summary>Whether the server under test has such a limit.</summary>
    protected bool HasLimit { get; private set; }

    /// <summary>The client's clock.</summary>
    protected ManualTime Time { get; } = new();

    protected DbConnect<ShopContext> Shop { get; private set; } = null!;

    [TestInitialize]
    public async Task CreateShopAsync()
    {
        HasLimit = await Master.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_settings WHERE name = 'transaction_timeout')");
        Shop = CreateShop();
    }

    [TestCleanup]
    public async Task DisposeShopAsync() => await Shop.DisposeAsync();

    /// <summary>A connect that tells its server the deadlines of its units, and the grace.</summary>
    protected DbConnect<ShopContext> CreateShop(
        Func<DbConnectOptions<ShopContext>, DbConnectOptions<ShopContext>>? with = null, PostgresCommitMarkers? markers = null,
        bool? commitsWithSave = null, int? maxPoolSize = null)
        => Master.Create(
            with: options => (with ?? (same => same))(options with { DeadlineOnServer = true, TransactionTimeoutGrace = Grace }),
            markers: markers, commitsWithSave: commitsWithSave,
            configure: settings => settings.MaxPoolSize = maxPoolSize ?? settings.MaxPoolSize);

    /// <summary>Opens a unit with a limit by the client's clock.</summary>
    protected TxScope Open(double seconds, bool readOnly = false)
        => Tx.Open(
            new TxAspectsOptions { TimeProvider = Time },
            new UnitOfWorkOptions { TimeoutSeconds = seconds, ReadOnly = readOnly, Propagation = Propagation.RequiresNew });

    /// <summary>Runs a unit with a limit by the client's clock.</summary>
    protected async Task RunAsync(double seconds, Func<Task> body)
    {
        await using var scope = Open(seconds);
        await body();
        await scope.CompleteAsync();
    }

    /// <summary>The limit of the transaction in which a session is, in milliseconds; null where the server knows none.</summary>
    protected static async Task<int?> LimitAsync(ShopContext db)
        => (await db.Database.SqlQueryRaw<int?>(
            "SELECT (SELECT setting::int FROM pg_settings WHERE name = 'transaction_timeout') AS \"Value\"").ToListAsync()).Single();

    /// <summary>Fails unless the transaction of the unit's session has the limit that is left, or the server knows none.</summary>
    protected async Task AssertLimitAsync(double seconds, DbConnect<ShopContext>? connect = null)
        => Assert.AreEqual(LimitOf(seconds), await LimitAsync(await Tx.SessionAsync(connect ?? Shop)));

    /// <summary>What the server is to have been told, in milliseconds.</summary>
    protected int? LimitOf(double seconds) => HasLimit ? (int)(TimeSpan.FromSeconds(seconds) + Grace).TotalMilliseconds : null;

    /// <summary>
    /// Has the server begin the transaction of the unit's session, and waits idle until the server has ended it with its process.
    /// </summary>
    protected async Task IdleUntilEndedAsync(DbConnect<ShopContext>? connect = null)
    {
        var process = await TestDatabase.BackendAsync(await Tx.SessionAsync(connect ?? Shop));
        await Master.WaitForNoBackendAsync($"pid = {process}");
    }

    /// <summary>Says why nothing is to be seen where the server has no such limit.</summary>
    protected void RequireLimit()
    {
        if (!HasLimit)
            Assert.Inconclusive("The server under test is older than PostgreSQL 17 and never ends a transaction for its time.");
    }
}
