using System.Data.Common;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>Whoever opens a session's connection by EF Core and sends commands over it past EF Core is in the unit's transaction.</summary>
public abstract class OpenedByHandSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    private static readonly Dictionary<string, Func<ShopContext, Task>> Openings = new()
    {
        ["asynchronously"] = db => db.Database.OpenConnectionAsync(),
        ["at once"] = db =>
        {
            db.Database.OpenConnection();
            return Task.CompletedTask;
        },
        ["twice"] = async db =>
        {
            await db.Database.OpenConnectionAsync();
            await db.Database.OpenConnectionAsync();
        },
        ["and closed again"] = async db =>
        {
            await db.Database.OpenConnectionAsync();
            await db.Database.CloseConnectionAsync();
        },
        ["after a query"] = async db =>
        {
            _ = await db.Orders.CountAsync();
            await db.Database.OpenConnectionAsync();
        },
    };

    public static IEnumerable<object[]> Cases => Openings.Keys.Select(opening => new object[] { opening });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public async Task Command_past_EF_Core_is_undone_with_the_unit(string opening)
    {
        await FailingUnitAsync(async () => await InsertRawAsync(opening));

        Assert.AreEqual(0, await Master.CountAsync());
        Assert.AreEqual(0, Master.ConnectionsLeased);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public async Task Command_past_EF_Core_is_kept_with_the_unit(string opening)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await InsertRawAsync(opening);
            await SaveAsync(db, "tea");
        });

        Assert.AreEqual("raw,tea", await Master.ItemsAsync());
        Assert.AreEqual(0, Master.ConnectionsLeased);
    }

    [TestMethod]
    public async Task Nested_call_that_opens_it_is_undone_alone()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Units.NestedAsync(async () =>
            {
                await InsertRawAsync("asynchronously");
                throw new OutOfStockException();
            }));
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Read_only_unit_refuses_a_write_over_it()
    {
        var refused = await Assert.ThrowsExactlyAsync<PostgresException>(
            () => Units.ReadOnlyAsync(() => InsertRawAsync("asynchronously")));

        Assert.IsTrue(TestDatabase.IsReadOnlyRefusal(refused));
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Next_transaction_begins_with_the_next_command_of_EF_Core_as_ever()
    {
        await FailingUnitAsync(async () =>
        {
            var db = await InsertRawAsync("asynchronously");
            await Tx.CommitAllAsync();
            await SaveAsync(db, "lost");
        });

        Assert.AreEqual("raw", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Opening_that_is_cancelled_leaves_the_unit_as_it_was()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await Assert.ThrowsAsync<OperationCanceledException>(() => db.Database.OpenConnectionAsync(new CancellationToken(true)));
            Assert.AreEqual(0, Master.ConnectionsLeased);
            await InsertRawAsync("asynchronously");
        });

        Assert.AreEqual("raw", await Master.ItemsAsync());
        Assert.AreEqual(0, Master.ConnectionsLeased);
    }

    private async Task<ShopContext> InsertRawAsync(string opening)
    {
        var db = await Tx.SessionAsync(Connect);
        await Openings[opening](db);
        DbConnection connection = db.Database.GetDbConnection();
        await connection.ExecuteAsync(RawInsertSql);
        return db;
    }
}

[TestClass]
public sealed class OpenedByHandOnInterfaceProxyTests : OpenedByHandSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class OpenedByHandOnClassProxyTests : OpenedByHandSpecification<ClassProxyEntry>;

[TestClass]
public sealed class OpenedByHandOnCallTests : OpenedByHandSpecification<CallEntry>;
