using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Tests;

/// <summary>What hooks and handlers of saves leave to the commit is committed with it, on every path to a commit.</summary>
public abstract class RoundsSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    public enum Path
    {
        End,
        Commit,
        CommitAll,
        CommitByEfCore,
        AtomicBlock,
        JoinedBlock,
        NestedCall,
        Scope,
        SynchronousScope,
        NewAtomicSession,
    }

    public static IEnumerable<object[]> Paths => Enum.GetValues<Path>().Select(path => new object[] { path });

    /// <summary>The paths that run hooks: a session outside any unit has none.</summary>
    public static IEnumerable<object[]> PathsOfUnits => Paths.Where(row => (Path)row[0] is not Path.NewAtomicSession);

    /// <summary>Paths that commit all sessions of the unit.</summary>
    public static IEnumerable<object[]> PathsOfAll
        => Paths.Where(row => (Path)row[0] is Path.End or Path.CommitAll or Path.Scope or Path.SynchronousScope or Path.NestedCall);

    [TestMethod]
    [DynamicData(nameof(Paths))]
    public async Task Handler_of_an_ended_save_adds_to_the_same_session(Path path)
    {
        var connect = ConnectWith(new Handler(after: db => db.Add(new Order { Item = "event" })));

        await RunAsync(path, connect, db => db.Orders.Add(new Order { Item = "order" }));

        Assert.AreEqual("event,order", await Master.ItemsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Paths))]
    public async Task Handler_of_a_beginning_save_adds_to_the_same_session(Path path)
    {
        var connect = ConnectWith(new Handler(before: db => db.Add(new Order { Item = "event" })));

        await RunAsync(path, connect, db => db.Orders.Add(new Order { Item = "order" }));

        Assert.AreEqual("event,order", await Master.ItemsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(PathsOfAll))]
    public async Task Handler_adds_to_another_session(Path path)
    {
        var archive = await CreateArchiveAsync();
        var connect = ConnectWith(
            new Handler(
                before: _ => Tx.Session(archive.Connect).Orders.Add(new Order { Item = "before" }),
                after: _ => Tx.Session(archive.Connect).Orders.Add(new Order { Item = "after" })));

        await RunAsync(path, connect, db => db.Orders.Add(new Order { Item = "order" }));

        Assert.AreEqual("order", await Master.ItemsAsync());
        Assert.AreEqual("after,before", await archive.ItemsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(PathsOfUnits))]
    public async Task Handler_adds_hooks_and_hooks_add_entities_and_hooks(Path path)
    {
        var told = new List<string>();
        var connect = ConnectWith(new Handler(after: db => Tx.OnCommitting(() =>
        {
            told.Add("first");
            db.Add(new Order { Item = "of the hook" });
            Tx.OnCommitting(() =>
            {
                told.Add("second");
                db.Add(new Order { Item = "of its hook" });
                Tx.OnCommitted(() => told.Add("committed"));
            });
        })));

        await RunAsync(path, connect, db => db.Orders.Add(new Order { Item = "order" }));

        Assert.AreEqual("first,second,committed", string.Join(",", told));
        Assert.AreEqual("of its hook,of the hook,order", await Master.ItemsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(PathsOfUnits))]
    public async Task Hook_that_adds_itself_without_end_is_named(Path path)
    {
        var failure = await Assert.ThrowsAsync<Exception>(() => RunAsync(path, Connect, db =>
        {
            db.Orders.Add(new Order { Item = "order" });
            AddAgain();
        }));

        Assert.IsInstanceOfType<CommitNeverReadyException>(failure);
        StringAssert.Contains(failure.Message, nameof(RoundsSpecification<>));
        StringAssert.Contains(failure.Message, "100 rounds");
        Assert.AreEqual(0, await Master.CountAsync());

        static void AddAgain() => Tx.OnCommitting(AddAgain);
    }

    [TestMethod]
    [DynamicData(nameof(PathsOfUnits))]
    public async Task Handler_that_adds_without_end_is_named_by_its_connect(Path path)
    {
        var connect = ConnectWith(new Handler(after: db => db.Add(new Order { Item = "again" })) { IsEndless = true });

        var failure = await Assert.ThrowsExactlyAsync<CommitNeverReadyException>(
            () => RunAsync(path, connect, db => db.Orders.Add(new Order { Item = "order" })));

        StringAssert.Contains(failure.Message, "'master'");
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Paths))]
    public async Task Nothing_is_saved_where_nothing_is_pending(Path path)
    {
        var handler = new Handler(before: _ => { });
        var connect = ConnectWith(handler);

        await RunAsync(path, connect, db => db.Orders.Count());

        Assert.AreEqual(0, handler.Saves);
    }

    [TestMethod]
    public async Task What_a_handler_adds_when_a_nested_call_begins_is_not_undone_with_that()
    {
        var connect = ConnectWith(new Handler(after: db => db.Add(new Order { Item = "event" })));

        await Units.RequiredAsync(async () =>
        {
            (await Tx.SessionAsync(connect)).Orders.Add(new Order { Item = "order" });
            await Assert.ThrowsExactlyAsync<UnitFailure>(() => Units.NestedAsync(async () =>
            {
                await InsertAsync("undone", connect);
                throw new UnitFailure();
            }));
        });

        Assert.AreEqual("event,order", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Undone_nested_call_takes_its_hooks_with_it()
    {
        var told = new List<string>();

        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await Assert.ThrowsExactlyAsync<UnitFailure>(() => Units.NestedAsync(() =>
            {
                Tx.OnCommitting(() => told.Add("undone"));
                throw new UnitFailure();
            }));
            await Units.NestedAsync(() =>
            {
                Tx.OnCommitting(() => told.Add("kept"));
                return Task.CompletedTask;
            });
        });

        Assert.AreEqual("kept", string.Join(",", told));
    }

    /// <summary>Runs a body in a unit whose work is committed by one path.</summary>
    private async Task RunAsync(Path path, DbConnect<ShopContext> connect, Action<ShopContext> body)
    {
        switch (path)
        {
            case Path.End:
                await Units.RequiredAsync(BodyAsync);
                break;
            case Path.Commit:
                await Units.RequiredAsync(async () =>
                {
                    await BodyAsync();
                    await Tx.CommitAsync(connect);
                    await SettledAsync();
                });
                break;
            case Path.CommitAll:
                await Units.RequiredAsync(async () =>
                {
                    await BodyAsync();
                    await Tx.CommitAllAsync();
                    await SettledAsync();
                });
                break;
            case Path.CommitByEfCore:
                await Units.RequiredAsync(async () =>
                {
                    var db = await Tx.SessionAsync(connect);
                    await using var transaction = await db.Database.BeginTransactionAsync();
                    body(db);
                    await transaction.CommitAsync();
                    await SettledAsync();
                });
                break;
            case Path.AtomicBlock:
                await Units.RequiredAsync(async () =>
                {
                    await Tx.AtomicAsync(connect, db =>
                    {
                        body(db);
                        return Task.CompletedTask;
                    });
                    await SettledAsync();
                });
                break;
            case Path.JoinedBlock:
                await Units.RequiredAsync(async () =>
                {
                    await (await Tx.SessionAsync(connect)).Orders.CountAsync();
                    await Tx.AtomicAsync(
                        connect,
                        db =>
                        {
                            body(db);
                            return Task.CompletedTask;
                        },
                        WhenInTransaction.Join);
                    await SettledAsync();
                });
                break;
            case Path.NestedCall:
                await Units.RequiredAsync(async () =>
                {
                    await (await Tx.SessionAsync(connect)).Orders.CountAsync();
                    await Units.NestedAsync(BodyAsync);
                });
                break;
            case Path.Scope:
                await using (var scope = Tx.Open())
                {
                    await BodyAsync();
                    await scope.CompleteAsync();
                }

                break;
            case Path.SynchronousScope:
                using (var scope = Tx.Open())
                {
                    body(Tx.Session(connect));
                    scope.Complete();
                }

                break;
            default:
                await Tx.NewAtomicSessionAsync(connect, db =>
                {
                    body(db);
                    return Task.CompletedTask;
                });
                break;
        }

        async Task BodyAsync() => body(await Tx.SessionAsync(connect));

        // The path itself has committed all of it, and leaves nothing to the unit's end.
        async Task SettledAsync() => Assert.IsFalse((await Tx.SessionAsync(connect)).ChangeTracker.HasChanges());
    }

    /// <summary>Does something when the first save begins or has ended, or each time.</summary>
    private sealed class Handler(Action<DbContext>? before = null, Action<DbContext>? after = null) : SaveChangesInterceptor
    {
        private bool _began;
        private bool _ended;

        public bool IsEndless { get; init; }

        public int Saves { get; private set; }

        public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
        {
            Saves++;
            if (!_began)
                before?.Invoke(eventData.Context!);
            _began = !IsEndless;
            return result;
        }

        public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
            DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
            => new(SavingChanges(eventData, result));

        public override int SavedChanges(SaveChangesCompletedEventData eventData, int result)
        {
            if (!_ended)
                after?.Invoke(eventData.Context!);
            _ended = !IsEndless;
            return result;
        }

        public override ValueTask<int> SavedChangesAsync(
            SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
            => new(SavedChanges(eventData, result));
    }
}

[TestClass]
public sealed class RoundsOnInterfaceProxyTests : RoundsSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class RoundsOnClassProxyTests : RoundsSpecification<ClassProxyEntry>;

[TestClass]
public sealed class RoundsOnCallTests : RoundsSpecification<CallEntry>;
