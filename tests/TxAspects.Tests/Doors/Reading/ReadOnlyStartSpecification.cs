using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Tests;

/// <summary>
/// A read-only unit's first command takes along that the transaction may only read. Whatever becomes of that command, nothing after it
/// writes.
/// </summary>
public abstract class ReadOnlyStartSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    public enum First
    {
        Query,
        SynchronousQuery,
        Scalar,
        QueryThatIsCancelledBeforeItIsSent,
        SavepointThatIsGoneBackTo,
        QueryInsideASavepointThatIsGoneBackTo,
        UndoneBlock,
        EarlyRollback,
        EarlyCommit,
    }

    public static IEnumerable<object[]> Firsts => Enum.GetValues<First>().Select(first => new object[] { first });

    [TestMethod]
    [DynamicData(nameof(Firsts))]
    public Task Write_after_it_is_refused_by_the_server(First first) => AssertRefusedAsync(Connect, first);

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public Task Interceptor_that_puts_something_in_its_place_changes_nothing(bool suppresses)
        => AssertRefusedAsync(ConnectWith(new Replacing(suppresses)), First.Query);

    private async Task AssertRefusedAsync(DbConnect<ShopContext> connect, First first)
    {
        await Assert.ThrowsExactlyAsync<ReadOnlyUnitOfWorkException>(() => Units.ReadOnlyAsync(async () =>
        {
            await DoAsync(first, connect, await Tx.SessionAsync(connect));
            await (await Tx.SessionAsync(connect)).Database.ExecuteSqlRawAsync(RawInsertSql);
        }));

        Assert.AreEqual("", await Master.ItemsAsync());
    }

    private static async Task DoAsync(First first, DbConnect<ShopContext> connect, ShopContext db)
    {
        switch (first)
        {
            case First.Query:
                _ = await db.Orders.CountAsync();
                break;
            case First.SynchronousQuery:
                _ = db.Orders.Count();
                break;
            case First.Scalar:
                _ = await db.Database.ExecuteSqlRawAsync("SELECT 1");
                break;
            case First.QueryThatIsCancelledBeforeItIsSent:
                await Assert.ThrowsAsync<OperationCanceledException>(() => db.Orders.CountAsync(new CancellationToken(canceled: true)));
                break;
            case First.SavepointThatIsGoneBackTo:
                await using (var begun = await db.Database.BeginTransactionAsync())
                {
                    await begun.CreateSavepointAsync("mine");
                    _ = await db.Orders.CountAsync();
                    await begun.RollbackToSavepointAsync("mine");
                    await db.Database.ExecuteSqlRawAsync(RawInsertSql);
                }

                break;
            case First.QueryInsideASavepointThatIsGoneBackTo:
                await using (var begun = await db.Database.BeginTransactionAsync())
                {
                    _ = await db.Orders.CountAsync();
                    await begun.CreateSavepointAsync("mine");
                    _ = await db.Orders.CountAsync();
                    await begun.RollbackToSavepointAsync("mine");
                    await db.Database.ExecuteSqlRawAsync(RawInsertSql);
                }

                break;
            case First.UndoneBlock:
                await Assert.ThrowsExactlyAsync<UnitFailure>(() => Tx.AtomicAsync(
                    connect,
                    async inside =>
                    {
                        _ = await inside.Orders.CountAsync();
                        throw new UnitFailure();
                    },
                    WhenInTransaction.Savepoint));
                break;
            case First.EarlyRollback:
                _ = await db.Orders.CountAsync();
                await Tx.RollbackAsync(connect);
                break;
            default:
                _ = await db.Orders.CountAsync();
                await Tx.CommitAsync(connect);
                break;
        }
    }

    private sealed class Replacing(bool suppresses) : DbCommandInterceptor
    {
        private bool _done;

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
                CancellationToken cancellationToken = default)
        {
            if (_done)
                return result;

            _done = true;
            command.CommandText = "SELECT 1";
            return suppresses
                ? InterceptionResult<DbDataReader>.SuppressWithResult(await command.ExecuteReaderAsync(cancellationToken))
                : result;
        }
    }
}

[TestClass]
public sealed class ReadOnlyStartOnInterfaceProxyTests : ReadOnlyStartSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class ReadOnlyStartOnClassProxyTests : ReadOnlyStartSpecification<ClassProxyEntry>;

[TestClass]
public sealed class ReadOnlyStartOnCallTests : ReadOnlyStartSpecification<CallEntry>;
