using System.Data.Common;
using Dapper;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>
/// A unit that ends, or a call that is cancelled, while its branch waits for a connection: the connection goes back when it comes, and no
/// flag stays behind.
/// </summary>
public abstract class WaitingSessionSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    public enum Use
    {
        Save,
        ExecuteUpdate,
        ExecuteSql,
        Query,
        Connection,
        BeginTransaction,
        OpenConnection,
    }

    private DbConnect<ShopContext>? _small;

    public static IEnumerable<object[]> Uses => Enum.GetValues<Use>().Select(use => new object[] { use });

    private DbConnect<ShopContext> Small
        => _small ??= Keep(
            new DbConnect<ShopContext>(OptionsFor<ShopContext>(settings: settings => (settings.MaxPoolSize, settings.Timeout) = (1, 30))));

    [TestMethod]
    [DynamicData(nameof(Uses))]
    public async Task Connection_that_comes_after_the_failure_of_its_unit_goes_back(Use use)
    {
        await using (var busy = await Small.OpenConnectionAsync())
        {
            Task? branch = null;
            await FailingUnitAsync(() =>
            {
                branch = UseAsync(use, default);
                return Task.CompletedTask;
            });
            await busy.DisposeAsync();
            await Assert.ThrowsAsync<Exception>(() => branch!);
        }

        await AssertPoolIsUsableAsync();
        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Uses))]
    public async Task Connection_that_comes_after_an_early_close_goes_back(Use use)
    {
        await using (var busy = await Small.OpenConnectionAsync())
        {
            await Units.RequiredAsync(async () =>
            {
                var branch = UseAsync(use, default);
                await Tx.CloseAllAsync();
                await busy.DisposeAsync();
                await Assert.ThrowsAsync<Exception>(() => branch);
            });
        }

        await AssertPoolIsUsableAsync();
        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Uses))]
    public async Task Cancelled_wait_leaves_no_flag_that_lets_commands_pass_the_transaction(Use use)
    {
        using var source = new CancellationTokenSource();
        await using (var busy = await Small.OpenConnectionAsync())
        {
            await Assert.ThrowsAsync<OperationCanceledException>(() => Units.RequiredAsync(async () =>
            {
                var waiting = UseAsync(use, source.Token);
                await source.CancelAsync();
                await waiting;
            }));
        }

        for (var unit = 0; unit < 2; unit++)
        {
            await Assert.ThrowsAsync<Exception>(() => Units.RequiredAsync(async () =>
            {
                var db = await Tx.SessionAsync(Small);
                await db.Database.GetDbConnection().ExecuteAsync(RawInsertSql);
            }));
        }

        await AssertPoolIsUsableAsync();
        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Uses))]
    public async Task Unit_whose_branch_waits_is_not_committed_around_it(Use use)
    {
        await using (var busy = await Small.OpenConnectionAsync())
        {
            Task? branch = null;
            await Assert.ThrowsExactlyAsync<SessionInUseException>(() => Units.RequiredAsync(() =>
            {
                branch = UseAsync(use, default);
                return Task.CompletedTask;
            }));
            await busy.DisposeAsync();
            await Assert.ThrowsAsync<Exception>(() => branch!);
        }

        await AssertPoolIsUsableAsync();
        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Early_commit_that_gets_no_connection_leaves_what_is_pending_to_the_next()
    {
        var hurried = Keep(
            new DbConnect<ShopContext>(OptionsFor<ShopContext>(settings: settings => (settings.MaxPoolSize, settings.Timeout) = (1, 1))));
        await using var busy = await hurried.OpenConnectionAsync();

        await Units.RequiredAsync(async () =>
        {
            (await Tx.SessionAsync(hurried)).Add(new Order { Item = "tea" });
            await Assert.ThrowsExactlyAsync<ConnectionFailedException>(() => Tx.CommitAllAsync());
            await busy.DisposeAsync();
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Connection_that_user_code_opened_and_left_open_goes_back_with_the_unit()
    {
        for (var unit = 0; unit < 3; unit++)
        {
            await Units.RequiredAsync(async () =>
            {
                var db = await Tx.SessionAsync(Small);
                await db.Database.OpenConnectionAsync();
                await db.Database.OpenConnectionAsync();
                await SaveAsync(db, "tea");
            });
            Assert.AreEqual(0, Master.ConnectionsLeased);
        }

        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Small);
            db.Database.OpenConnection();
            Save(db, "tea");
            db.Database.CloseConnection();
            Save(db, "tea");
        });
        Assert.AreEqual(5, await Master.CountAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Connection_of_rows_that_nobody_reads_on_goes_back_with_the_unit(bool byEfCore)
    {
        await Units.RequiredAsync(() => InsertAsync("tea"));

        await Assert.ThrowsExactlyAsync<SessionInUseException>(() => Units.RequiredAsync(async () =>
        {
            if (byEfCore)
            {
                await (await Tx.SessionAsync(Small)).Orders.AsAsyncEnumerable().GetAsyncEnumerator().MoveNextAsync();
                return;
            }

            var command = (await Tx.ConnectionAsync(Small)).CreateCommand();
            command.CommandText = "SELECT * FROM orders";
            await command.ExecuteReaderAsync();
        }));

        Assert.AreEqual(0, Master.ConnectionsLeased);
        await AssertPoolIsUsableAsync();
    }

    private async Task UseAsync(Use use, CancellationToken token)
    {
        var db = await Tx.SessionAsync(Small);
        switch (use)
        {
            case Use.Save:
                db.Orders.Add(new Order { Item = "lost" });
                await db.SaveChangesAsync(token);
                break;
            case Use.ExecuteUpdate:
                await db.Orders.ExecuteUpdateAsync(set => set.SetProperty(order => order.Quantity, 2), token);
                break;
            case Use.ExecuteSql:
                await db.Database.ExecuteSqlRawAsync(RawInsertSql, token);
                break;
            case Use.Query:
                await db.Orders.CountAsync(token);
                break;
            case Use.Connection:
                await Tx.ConnectionAsync(Small, token);
                break;
            case Use.BeginTransaction:
                await db.Database.BeginTransactionAsync(token);
                break;
            default:
                await db.Database.OpenConnectionAsync(token);
                break;
        }
    }

    private async Task AssertPoolIsUsableAsync() => await Units.RequiredAsync(() => InsertAsync("usable", Small));
}

[TestClass]
public sealed class WaitingSessionOnInterfaceProxyTests : WaitingSessionSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class WaitingSessionOnClassProxyTests : WaitingSessionSpecification<ClassProxyEntry>;

[TestClass]
public sealed class WaitingSessionOnCallTests : WaitingSessionSpecification<CallEntry>;
