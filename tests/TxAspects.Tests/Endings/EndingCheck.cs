using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>What must hold of an ending, with each way to use a session.</summary>
internal static class EndingCheck
{
    /// <summary>Holds branches at one place, one for each use of a session, and ends their units in one way.</summary>
    public static async Task RunAsync(HeldAt at, EndedBy way)
    {
        await using var database = await CreateDatabaseAsync();
        var failures = await Task.WhenAll(UsesOf(at).Select(async use =>
        {
            try
            {
                await CheckAsync(database, at, way, use);
                return null;
            }
            catch (Exception exception)
            {
                return $"{use}: {exception.Message}";
            }
        }));

        Assert.IsEmpty(failures.OfType<string>(), string.Join("\n", failures.OfType<string>()));
    }

    /// <summary>A database in which a branch's row can be made to wait.</summary>
    public static async Task<TestDatabase> CreateDatabaseAsync()
    {
        var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("""
            CREATE FUNCTION wait_for_lock() RETURNS trigger LANGUAGE plpgsql
                AS 'BEGIN PERFORM pg_advisory_xact_lock_shared(hashtext(NEW.item)); RETURN NEW; END';
            CREATE TRIGGER wait_for_lock BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION wait_for_lock();
            CREATE FUNCTION note(item text) RETURNS integer LANGUAGE sql
                AS 'INSERT INTO orders (item, quantity) VALUES ($1, 1) RETURNING 1';
            INSERT INTO orders (item, quantity) VALUES ('old', 1), ('old', 1);
            """);
        return database;
    }

    /// <summary>Those that can be held there.</summary>
    private static IEnumerable<BranchUse> UsesOf(HeldAt at) => at switch
    {
        HeldAt.SavingChanges or HeldAt.SavedChanges => [BranchUse.Save],
        HeldAt.Reading => [BranchUse.Query, BranchUse.Connection],
        HeldAt.OpeningAgain or HeldAt.OpenAgain or HeldAt.SentAgain => [BranchUse.Save, BranchUse.Update],
        HeldAt.FirstCommand => [BranchUse.Query, BranchUse.Save, BranchUse.Update, BranchUse.Sql],
        _ => Enum.GetValues<BranchUse>(),
    };

    private static async Task CheckAsync(TestDatabase database, HeldAt at, EndedBy way, BranchUse use)
    {
        await using var stage = await Stage.SetAsync(database, at, use);
        var ending = new Ending(stage, way);
        await ending.RunAsync();

        await stage.AssertNothingIsLeftAsync();
        AssertReport(ending, way);
        var first = await database.CountAsync(stage.Branch.Item) > 0;
        AssertRow(ending, at, way, first);
        if (at is HeldAt.BetweenCommands && await database.CountAsync(stage.Branch.SecondItem) > 0)
            Assert.AreEqual(UnitOfWorkState.Committed, ending.Unit.State, $"The row after the end was kept. {Tell(ending)}");
        await AssertPoolIsUsableAsync(database, stage, $"later {use}");
    }

    /// <summary>The caller got what it must, and the unit says the same.</summary>
    private static void AssertReport(Ending ending, EndedBy way)
    {
        Assert.IsTrue(
            ending.Unit.State is UnitOfWorkState.Committed or UnitOfWorkState.RolledBack,
            $"The unit is {ending.Unit.State}. {Tell(ending)}");
        Assert.AreEqual(ending.Unit.State, ending.Unit.Outcome?.State, $"The outcome says otherwise. {Tell(ending)}");
        switch (way)
        {
            case EndedBy.Throw or EndedBy.SynchronousThrow:
                Assert.IsInstanceOfType<OutOfStockException>(ending.Failure, Tell(ending));
                break;
            case EndedBy.Timeout:
                // Where a command is running, the refusal to commit around it may come first.
                Assert.IsTrue(ending.Failure is UnitOfWorkTimeoutException or SessionInUseException, Tell(ending));
                break;
            case EndedBy.Disposal or EndedBy.Retry:
                Assert.IsNull(ending.Failure, Tell(ending));
                break;
        }

        var mustRollBack = way is EndedBy.Throw or EndedBy.SynchronousThrow or EndedBy.Timeout or EndedBy.Disposal;
        Assert.IsFalse(mustRollBack && ending.Unit.State is UnitOfWorkState.Committed, $"It was committed. {Tell(ending)}");
        if (way is not EndedBy.Disposal)
            Assert.AreEqual(ending.Failure is null, ending.Unit.State is UnitOfWorkState.Committed, Tell(ending));
    }

    private static void AssertRow(Ending ending, HeldAt at, EndedBy way, bool isKept)
    {
        // Its own commit, or one that went round it, may have kept what was written before.
        var isWritten = at is HeldAt.SavedChanges or HeldAt.BetweenCommands or HeldAt.InHook;
        var isCommittedEarly = (at is HeldAt.InHook && ending.BranchFailure is null) ||
            (way is EndedBy.CommitAll && ending.EarlyFailure is null);
        var isUndone = way is EndedBy.RollbackAll or EndedBy.CloseAll && ending.EarlyFailure is null;
        var isCommitted = ending.Unit.State is UnitOfWorkState.Committed && way is not EndedBy.Retry;
        if (isKept)
        {
            Assert.IsTrue(isCommitted || isCommittedEarly, $"The row was kept. {Tell(ending)}");
            Assert.IsFalse(isWritten && isUndone, $"The row was undone early, and kept. {Tell(ending)}");
        }
        else
        {
            Assert.IsFalse(isWritten && (isCommitted || isCommittedEarly) && !isUndone, $"The row was lost. {Tell(ending)}");
            Assert.IsFalse(
                !isWritten && at is not HeldAt.Reading && isCommitted && ending.BranchFailure is null, $"The row was lost. {Tell(ending)}");
        }

        // After an early end the branch goes on in its unit; after the unit's own end nothing goes on.
        if (way is not (EndedBy.RollbackAll or EndedBy.CloseAll or EndedBy.CommitAll))
            Assert.AreEqual(0, ending.ExecutedAfterEnd, $"Commands succeeded after the end. {Tell(ending)}");
    }

    /// <summary>Units get all connections of the pool, and contexts without anything left on them.</summary>
    private static async Task AssertPoolIsUsableAsync(TestDatabase database, Stage stage, string item)
    {
        for (var number = 0; number <= stage.PoolSize; number++)
        {
            await Tx.RunAsync(async () =>
            {
                var db = await Tx.SessionAsync(stage.Connect);
                Assert.IsEmpty(db.ChangeTracker.Entries(), "The next user's context is not empty.");
                db.Orders.Add(new Order { Item = item });
                await db.SaveChangesAsync();
                await db.Database.ExecuteSqlAsync($"INSERT INTO orders (item, quantity) VALUES ({item}, 1)");
                Assert.AreNotEqual(0, await db.Orders.AsNoTracking().CountAsync());
            });
        }

        Assert.AreEqual(2 * (stage.PoolSize + 1), await database.CountAsync(item));
        await stage.AssertNothingIsLeftAsync();
    }

    private static string Tell(Ending ending)
        => $"Unit {ending.Unit.State}, its caller got {Tell(ending.Failure)}, the branch {Tell(ending.BranchFailure)}, " +
           $"the early end {Tell(ending.EarlyFailure)}.";

    private static string Tell(Exception? exception) => exception is null ? "nothing" : $"{exception.GetType().Name} ({exception.Message})";
}
