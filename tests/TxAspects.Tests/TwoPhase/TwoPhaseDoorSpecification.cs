using Dapper;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace TxAspects.Tests;

/// <summary>
/// Units with CommitMode.TwoPhase whose sessions are used by other doors than the library's own calls: all databases have the work, or
/// none, or whoever broke that is named.
/// </summary>
public abstract class TwoPhaseDoorSpecification<TEntry> : TwoPhaseFixture<TEntry>
    where TEntry : Entry, new()
{
    private readonly List<DbConnect> _connects = [];

    /// <summary>Points in which an interceptor of the user's acts when the unit ends.</summary>
    public static IEnumerable<object[]> PointsOfEnds
        => from point in new[] { Point.TransactionCommitting, Point.TransactionCommitted, Point.ConnectionClosing, Point.ConnectionClosed }
           from inFirst in new[] { true, false }
           select new object[] { point, inFirst };

    [TestCleanup]
    public async Task DisposeConnectsAsync()
    {
        foreach (var connect in _connects)
            await connect.DisposeAsync();
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Transaction_that_user_code_rolled_back_past_everything_keeps_the_other_one_from_committing(bool inFirst)
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.TwoPhaseAsync(async () =>
        {
            await InsertInBothAsync("tea");
            await (await Tx.SessionAsync(inFirst ? First : Second)).Database.ExecuteSqlRawAsync("ROLLBACK");
        }));

        await AssertInBothAsync("");
        Assert.AreEqual(0, await DecisionsAsync());
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Transaction_that_user_code_committed_past_everything_is_not_reported_as_rolled_back(bool inFirst)
    {
        var told = 0;
        ITxUnit? unit = null;

        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.TwoPhaseAsync(async () =>
        {
            unit = Tx.Current;
            Tx.OnCommitted(() => told++);
            Tx.OnRolledBack(() => told++);
            await InsertInBothAsync("tea");
            await (await Tx.ConnectionAsync(inFirst ? First : Second)).ExecuteAsync("COMMIT");
        }));

        Assert.AreEqual(inFirst ? "tea" : "", await Master.ItemsAsync());
        Assert.AreEqual(inFirst ? "" : "tea", await Archive.ItemsAsync());
        Assert.AreEqual(UnitOfWorkState.OutcomeUnknown, unit!.State);
        Assert.AreEqual(0, told);
    }

    [TestMethod]
    [DynamicData(nameof(Ends))]
    public async Task Rollback_by_EF_Core_gives_up_that_part_alone(EfCoreEnd way)
    {
        await Units.TwoPhaseAsync(async () =>
        {
            await InsertInBothAsync("tea");
            await way.RollbackAsync(await Tx.SessionAsync(Second));
            await InsertAsync("coffee", Second);
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
        Assert.AreEqual("coffee", await Archive.ItemsAsync());
        Assert.AreEqual(1, await DecisionsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Ends))]
    public async Task Commit_by_EF_Core_is_an_early_one_of_that_database(EfCoreEnd way)
    {
        await Units.TwoPhaseAsync(async () =>
        {
            await InsertInBothAsync("tea");
            await way.CommitAsync(await Tx.SessionAsync(Second));
            await InsertAsync("coffee", Second);
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
        Assert.AreEqual("coffee,tea", await Archive.ItemsAsync());
        Assert.AreEqual(1, await DecisionsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(PointsOfEnds))]
    public async Task Interceptor_that_throws_at_the_end_leaves_all_or_nothing(Point point, bool inFirst)
    {
        var interceptor = new ThrowingInterceptor(point);
        var (first, second) = (
            inFirst ? With(Master, "master", interceptor) : First, inFirst ? Second : With(Archive, "archive", interceptor));
        ITxUnit? unit = null;
        var told = "";

        await FailureAsync(() => Units.TwoPhaseAsync(async () =>
        {
            unit = Tx.Current;
            Tx.OnCommitted(() => { told += "committed"; });
            Tx.OnRolledBack(() => { told += "rolled back"; });
            await InsertInBothAsync("tea", first, second);
            interceptor.IsArmed = true;
        }));
        interceptor.IsArmed = false;

        var isKept = await Master.ItemsAsync() == "tea";
        await AssertInBothAsync(isKept ? "tea" : "");
        Assert.AreEqual(isKept ? UnitOfWorkState.Committed : UnitOfWorkState.RolledBack, unit!.State);
        Assert.AreEqual(isKept ? "committed" : "rolled back", told);
        await Units.TwoPhaseAsync(() => InsertInBothAsync("next", first, second));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Rows_that_are_still_read_keep_all_from_committing(bool inFirst)
    {
        await Assert.ThrowsExactlyAsync<SessionInUseException>(() => Units.TwoPhaseAsync(async () =>
        {
            await InsertInBothAsync("tea");
            var rows = (await Tx.SessionAsync(inFirst ? First : Second)).Orders.AsAsyncEnumerable().GetAsyncEnumerator();
            Assert.IsTrue(await rows.MoveNextAsync());
        }));

        await AssertInBothAsync("");
    }

    [TestMethod]
    public async Task Hook_before_the_commit_writes_in_both()
    {
        await Units.TwoPhaseAsync(async () =>
        {
            await InsertAsync("tea", First);
            Tx.OnCommitting(async () =>
            {
                await AddAsync(new Order { Item = "hook" }, Second);
                Tx.OnCommitting(() => AddAsync(new Order { Item = "hook" }, First));
            });
        });

        Assert.AreEqual("hook,tea", await Master.ItemsAsync());
        Assert.AreEqual("hook", await Archive.ItemsAsync());
        Assert.AreEqual(1, await DecisionsAsync());
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Session_that_is_disposed_too_early_is_all_or_nothing(bool inFirst)
    {
        var failure = await FailureAsync(() => Units.TwoPhaseAsync(async () =>
        {
            await InsertInBothAsync("tea");
            await (await Tx.SessionAsync(inFirst ? First : Second)).DisposeAsync();
        }));

        await AssertInBothAsync(failure is null ? "tea" : "");
    }

    [TestMethod]
    public async Task Nested_call_that_failed_is_undone_in_both()
    {
        await Units.TwoPhaseAsync(async () =>
        {
            await InsertInBothAsync("tea");
            await Assert.ThrowsExactlyAsync<UnitFailure>(() => Units.NestedAsync(async () =>
            {
                await InsertInBothAsync("undone");
                throw new UnitFailure();
            }));
        });

        await AssertInBothAsync("tea");
        Assert.AreEqual(1, await DecisionsAsync());
    }

    [TestMethod]
    public async Task Savepoints_of_the_user_are_gone_back_to_in_one_of_them()
    {
        await Units.TwoPhaseAsync(async () =>
        {
            await InsertInBothAsync("tea");
            var transaction = (await Tx.SessionAsync(Second)).Database.CurrentTransaction!;
            await transaction.CreateSavepointAsync("mine");
            await InsertInBothAsync("coffee");
            await transaction.RollbackToSavepointAsync("mine");
        });

        Assert.AreEqual("coffee,tea", await Master.ItemsAsync());
        Assert.AreEqual("tea", await Archive.ItemsAsync());
    }

    public static IEnumerable<object[]> Ends => Enum.GetValues<EfCoreEnd>().Select(way => new object[] { way });

    private static async Task<Exception?> FailureAsync(Func<Task> unit)
    {
        try
        {
            await unit();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private DbConnect<ShopContext> With(TestDatabase database, string name, ThrowingInterceptor interceptor)
    {
        var connect = new DbConnect<ShopContext>(new DbConnectOptions<ShopContext>
        {
            Name = name,
            Host = "127.0.0.1",
            CreateEngine = host => database.CreateEngine(host),
            Driver = new PostgresDriver { TwoPhaseCommit = TwoPhase },
            ConfigureSession = (builder, engine) => builder.UseNpgsql(engine).AddInterceptors(interceptor),
        });
        _connects.Add(connect);
        return connect;
    }
}

[TestClass]
public sealed class TwoPhaseDoorOnInterfaceProxyTests : TwoPhaseDoorSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class TwoPhaseDoorOnClassProxyTests : TwoPhaseDoorSpecification<ClassProxyEntry>;

[TestClass]
public sealed class TwoPhaseDoorOnCallTests : TwoPhaseDoorSpecification<CallEntry>;
