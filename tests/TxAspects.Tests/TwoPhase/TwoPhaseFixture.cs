namespace TxAspects.Tests;

/// <summary>What suites about commits in two phases have in common: two databases on two servers, and a connect to each.</summary>
public abstract class TwoPhaseFixture<TEntry> : FaultSpecification<TEntry>
    where TEntry : Entry, new()
{
    protected static readonly PostgresTwoPhase TwoPhase = new();

    private readonly List<DbConnect> _connects = [];

    protected TestDatabase Archive { get; private set; } = null!;

    /// <summary>The first in every unit, and so the one that decides.</summary>
    protected DbConnect<ShopContext> First { get; private set; } = null!;

    protected DbConnect<ShopContext> Second { get; private set; } = null!;

    protected PostgresTwoPhaseRecovery Recovery => new(First, Second) { GracePeriod = TimeSpan.Zero };

    [TestInitialize]
    public async Task ConnectAsync()
    {
        Archive = await TwoPhaseServers.CreateArchiveAsync();
        First = Master.Create(twoPhase: TwoPhase);
        Second = Archive.Create(name: "archive", twoPhase: TwoPhase);
    }

    [TestCleanup]
    public async Task AssertNothingIsPreparedAsync()
    {
        foreach (var connect in _connects.Append(First).Append(Second))
            await connect.DisposeAsync();
        await using (Archive)
        {
            if (TestContext.CurrentTestOutcome == UnitTestOutcome.Passed)
            {
                Assert.AreEqual(0, await PreparedAsync(), "A transaction is still prepared.");
                await Archive.AssertNothingLeftAsync();
            }
            else
            {
                // A database with a prepared transaction cannot be dropped.
                await Recovery.RecoverAsync();
            }
        }
    }

    protected override Task<TestDatabase> CreateMasterAsync() => TwoPhaseServers.CreateMasterAsync();

    protected async Task InsertInBothAsync(string item, DbConnect<ShopContext>? first = null, DbConnect<ShopContext>? second = null)
    {
        await WriteAsync(item, first ?? First);
        await InsertAsync(item, second ?? Second);
    }

    /// <summary>A unit whose part in the archive stays prepared, because it is not told of the decision.</summary>
    protected async Task LeavePreparedAsync(string item, string step = "COMMIT PREPARED")
    {
        await using var proxy = FaultProxy.At(step, Archive, Fault.RequestLost, times: 2);
        await using var second = proxy.Connect(Archive, "archive", twoPhase: TwoPhase);
        await Units.TwoPhaseAsync(() => InsertInBothAsync(item, second: second));
    }

    protected async Task<int> PreparedAsync()
    {
        const string Sql = "SELECT count(*)::int FROM pg_prepared_xacts WHERE database = current_database()";
        return await Master.ScalarAsync<int>(Sql) + await Archive.ScalarAsync<int>(Sql);
    }

    protected async Task<int> DecisionsAsync()
        => await Master.ScalarAsync<int>("SELECT count(*)::int FROM txaspects_decisions") +
            await Archive.ScalarAsync<int>("SELECT count(*)::int FROM txaspects_decisions");

    protected async Task AssertInBothAsync(string items)
    {
        Assert.AreEqual(items, await Master.ItemsAsync());
        Assert.AreEqual(items, await Archive.ItemsAsync());
    }
}
