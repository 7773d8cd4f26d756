using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>
/// A second command, of whatever kind, while the same code still reads the rows of a query: refused in the library's words, and the unit
/// goes on.
/// </summary>
public abstract class WhileReadingSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    public enum Second
    {
        Query,
        SynchronousQuery,
        RawSql,
        ExecuteUpdate,
        Save,
        SynchronousSave,
        NestedCall,
        SavepointBlock,
        UsersSavepoint,
    }

    public static IEnumerable<object[]> Seconds => Enum.GetValues<Second>().Select(second => new object[] { second });

    [TestMethod]
    [DynamicData(nameof(Seconds))]
    public async Task Second_command_is_refused_and_the_unit_goes_on(Second second)
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("a");
            await InsertAsync("b");
        });

        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await foreach (var order in db.Orders.AsNoTracking().OrderBy(order => order.Item).AsAsyncEnumerable())
            {
                var refusal = (await Assert.ThrowsAsync<Exception>(() => DoAsync(second, db))).GetBaseException();
                Assert.IsInstanceOfType<SessionInUseException>(refusal, $"{refusal}");
                StringAssert.Contains(refusal.Message, "are still being read");
            }

            db.ChangeTracker.Clear();
            await InsertAsync("c");
        });

        Assert.AreEqual("a,b,c", await Master.ItemsAsync());
    }

    private async Task DoAsync(Second second, ShopContext db)
    {
        switch (second)
        {
            case Second.Query:
                await db.Orders.CountAsync();
                break;
            case Second.SynchronousQuery:
                _ = db.Orders.Count();
                break;
            case Second.RawSql:
                await db.Database.ExecuteSqlRawAsync("UPDATE orders SET quantity = 2");
                break;
            case Second.ExecuteUpdate:
                await db.Orders.ExecuteUpdateAsync(set => set.SetProperty(order => order.Quantity, 2));
                break;
            case Second.Save:
                db.Orders.Add(new Order { Item = "x" });
                await db.SaveChangesAsync();
                break;
            case Second.SynchronousSave:
                db.Orders.Add(new Order { Item = "x" });
                db.SaveChanges();
                break;
            case Second.NestedCall:
                await Units.NestedAsync(() => Task.CompletedTask);
                break;
            case Second.SavepointBlock:
                await Tx.AtomicAsync(Connect, _ => Task.CompletedTask, WhenInTransaction.Savepoint);
                break;
            default:
                await db.Database.CurrentTransaction!.CreateSavepointAsync("mine");
                break;
        }
    }
}

[TestClass]
public sealed class WhileReadingOnInterfaceProxyTests : WhileReadingSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class WhileReadingOnClassProxyTests : WhileReadingSpecification<ClassProxyEntry>;

[TestClass]
public sealed class WhileReadingOnCallTests : WhileReadingSpecification<CallEntry>;
