using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace TxAspects.Neighbours.Tests.Raw;

/// <summary>COPY on the connection of the unit's session.</summary>
[TestClass]
public sealed class CopyTests : NeighbourTests
{
    [TestInitialize]
    public void StartShop() => Start(_ => { });

    [TestMethod]
    public async Task Rows_are_in_the_transaction_of_the_unit()
    {
        await Tx.RunAsync(async () =>
        {
            await CopyAsync(["tea", "coffee"]);

            Assert.AreEqual(2, await (await Tx.SessionAsync(Shop)).Orders.CountAsync());
            Assert.AreEqual("", await ItemsAsync(), "Nobody else sees them before the commit.");
        });

        Assert.AreEqual("tea, coffee", await ItemsAsync());
    }

    [TestMethod]
    public async Task Rows_are_rolled_back_with_the_unit()
    {
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(async () =>
        {
            await CopyAsync(["tea", "coffee"]);
            throw new OutOfStockException();
        }));

        Assert.AreEqual("", await ItemsAsync());
    }

    [TestMethod]
    public async Task Import_that_was_not_completed_fails_the_unit()
    {
        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Tx.RunAsync(async () =>
        {
            (await Tx.SessionAsync(Shop)).Orders.Add(new Order { Item = "tea" });
            await CopyAsync(["coffee"], completes: false);
        }));

        Assert.IsNotNull(doomed.InnerException);
        Assert.AreEqual("", await ItemsAsync());
    }

    private async Task CopyAsync(string[] items, bool completes = true)
    {
        var connection = (NpgsqlConnection)await Tx.ConnectionAsync(Shop);
        await using var import = await connection.BeginBinaryImportAsync("COPY orders (item, quantity) FROM STDIN (FORMAT BINARY)");
        foreach (var item in items)
        {
            await import.StartRowAsync();
            await import.WriteAsync(item, NpgsqlDbType.Text);
            await import.WriteAsync(1, NpgsqlDbType.Integer);
        }

        if (completes)
            await import.CompleteAsync();
    }
}
