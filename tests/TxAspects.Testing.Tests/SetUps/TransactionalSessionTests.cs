using Microsoft.EntityFrameworkCore;
using TxAspects.Testing.Tests.Shop;

namespace TxAspects.Testing.Tests.SetUps;

/// <summary>The sessions of a test itself in the transactional set-up, beside those of the application.</summary>
[TestClass]
public sealed class TransactionalSessionTests : TransactionalSetUp
{
    [TestMethod]
    public async Task What_the_test_saves_is_there_for_the_application()
    {
        var db = Test.Session(Connect);
        db.Orders.Add(new Order { Item = "tea" });
        await db.SaveChangesAsync();

        Assert.AreEqual(1, await Orders.CountAsync());

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Orders.PlaceAsync(new Order { Item = "coffee" }, fail: true));
        Assert.AreEqual("tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task Context_that_served_the_test_does_not_serve_the_application()
    {
        ShopContext own;
        await using (own = Test.Session(Connect))
            Assert.AreEqual("", await ShopServer.ItemsAsync(own));

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Tx.RunAsync(async () =>
        {
            Assert.AreNotSame(own, await Tx.SessionAsync(Connect));
            await InsertAsync("tea");
            throw new InvalidOperationException();
        }));

        Assert.AreEqual("", await ItemsAsync());
    }

    [TestMethod]
    public async Task Failed_save_of_the_test_undoes_itself_alone()
    {
        var db = Test.Session(Connect);
        db.Orders.Add(new Order { Item = "tea" });
        await db.SaveChangesAsync();
        db.Orders.Add(new Order { Item = "coffee", Quantity = 0 });

        await Assert.ThrowsExactlyAsync<DbUpdateException>(() => db.SaveChangesAsync());
        db.ChangeTracker.Clear();

        Assert.AreEqual("tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task Many_saves_of_several_test_sessions_go_together_with_units()
    {
        var (one, other) = (Test.Session(Connect), await Test.SessionAsync(Connect));
        for (var i = 0; i < 40; i++)
        {
            (i % 3 == 0 ? one : other).Orders.Add(new Order { Item = "tea" });
            await one.SaveChangesAsync();
            await other.SaveChangesAsync();
            if (i % 5 == 0)
                await Tx.RunAsync(async () =>
                {
                    await InsertAsync("coffee");
                    other.Orders.Add(new Order { Item = "milk" });
                    await other.SaveChangesAsync();
                });
        }

        Assert.AreEqual(56, await Orders.CountAsync());
    }

    [TestMethod]
    public async Task Second_connect_has_a_transaction_of_its_own()
    {
        await using var archive = ShopServer.Connect(ConnectionString, "archive");
        await Test.AddAsync(archive);

        await Tx.RunAsync(async () =>
        {
            await InsertAsync("tea");
            (await Tx.SessionAsync(archive)).Orders.Add(new Order { Item = "old tea" });
        });

        Assert.AreEqual("tea", await ItemsAsync());
        Assert.AreEqual("old tea", await ShopServer.ItemsAsync(Test.Session(archive)));
    }
}
