using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>
/// A save has taken the commit along, so what forbids a commit comes too late: the end, the early commit and the block say that the work is
/// kept. Whoever is told of the save comes then.
/// </summary>
public abstract class LastSaveLateSpecification<TEntry> : FaultSpecification<TEntry>
    where TEntry : Entry, new()
{
    public static IEnumerable<object[]> Cases
        => from place in Enum.GetValues<Place>() from late in Enum.GetValues<Late>() select new object[] { place, late };

    /// <summary>What commits.</summary>
    public enum Place
    {
        End,
        EarlyCommit,
        Block,
    }

    /// <summary>What comes after the commit.</summary>
    public enum Late
    {
        Deadline,
        RollbackOnly,
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public async Task What_was_kept_is_told_as_kept(Place place, Late late)
    {
        await using var connect = Master.Create(commitsWithSave: true);
        await Units.RequiredAsync(async () => (await Tx.SessionAsync(connect)).Add(new Order { Item = "warm" }));
        var (committed, told) = (0, false);
        ShopContext? db = null;

        var failure = await FailureOfAsync(() => Units.LimitedAsync(() => WriteAsync(async () =>
        {
            if (place is Place.Block)
                await Tx.AtomicAsync(connect, ChangeAsync);
            else
                await ChangeAsync(await Tx.SessionAsync(connect));
            if (place is Place.EarlyCommit)
                await Tx.CommitAllAsync();
            told |= place is not Place.End;
        })));

        // The unit goes on after a commit within it, and learns at its end what came meanwhile.
        Assert.AreEqual(place is not Place.End, told);
        Assert.AreEqual(place is Place.End || late is Late.RollbackOnly, failure is null, $"{failure}");
        Assert.AreEqual(place is Place.End ? UnitOfWorkState.Committed : UnitOfWorkState.RolledBack, Unit!.State);
        Assert.AreEqual(1, committed);
        Assert.AreEqual("tea,warm", await Master.ItemsAsync());

        Task ChangeAsync(ShopContext session)
        {
            Tx.OnCommitted(() => committed++);
            db = session;
            db.SavedChanges += Come;
            db.Add(new Order { Item = "tea" });
            return Task.CompletedTask;
        }

        void Come(object? sender, SavedChangesEventArgs saved)
        {
            db!.SavedChanges -= Come;
            if (late is Late.RollbackOnly)
                Tx.SetRollbackOnly("too late");
            else
                Unit!.CancellationToken.WaitHandle.WaitOne();
        }
    }

    [TestMethod]
    public async Task What_was_kept_is_not_done_again_where_what_its_handlers_add_can_be_repeated()
    {
        await Master.ExecuteAsync("""
            CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$;
            CREATE TRIGGER conflict BEFORE INSERT ON orders FOR EACH ROW WHEN (NEW.item = 'added') EXECUTE FUNCTION conflict()
            """);
        await using var connect = Master.Create(commitsWithSave: true);
        await Units.RequiredAsync(async () => (await Tx.SessionAsync(connect)).Add(new Order { Item = "warm" }));

        await Assert.ThrowsAsync<DbUpdateException>(() => Units.RetryingAsync(() => WriteAsync(async () =>
        {
            var db = await Tx.SessionAsync(connect);
            db.SavedChanges += Add;
            db.Add(new Order { Item = "tea" });
        })));

        Assert.AreEqual(1, Attempts);
        Assert.AreEqual("tea,warm", await Master.ItemsAsync());

        static void Add(object? sender, SavedChangesEventArgs saved)
        {
            ((DbContext)sender!).SavedChanges -= Add;
            ((DbContext)sender).Add(new Order { Item = "added" });
        }
    }

    private static async Task<Exception?> FailureOfAsync(Func<Task> unit)
    {
        try
        {
            await unit();
            return null;
        }
        catch (UnitOfWorkTimeoutException exception)
        {
            return exception;
        }
    }
}

[TestClass]
public sealed class LastSaveLateOnInterfaceProxyTests : LastSaveLateSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class LastSaveLateOnClassProxyTests : LastSaveLateSpecification<ClassProxyEntry>;

[TestClass]
public sealed class LastSaveLateOnCallTests : LastSaveLateSpecification<CallEntry>;
