using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>Several connects of one context type, chosen by key.</summary>
[TestClass]
public sealed class ShardTests : DatabaseTests
{
    [TestMethod]
    public async Task Unit_works_on_the_shard_of_its_key()
    {
        var archive = await CreateArchiveAsync();
        var shards = new Shards<ShopContext>(Connect, archive.Connect);

        foreach (var customer in new[] { 1, 2, 3 })
            await Tx.RunAsync(() => InsertAsync($"order of {customer}", shards.Of(customer)));

        Assert.AreEqual("order of 2", await Master.ItemsAsync());
        Assert.AreEqual("order of 1,order of 3", await archive.ItemsAsync());
    }

    [TestMethod]
    public async Task All_shards_are_asked_at_the_same_time_from_inside_a_unit_too()
    {
        var archive = await CreateArchiveAsync();
        var shards = new Shards<ShopContext>(Connect, archive.Connect);
        foreach (var customer in new[] { 1, 2, 3 })
            await Tx.RunAsync(() => InsertAsync("order", shards.Of(customer)));
        using var together = new Barrier(2);

        var counts = await Tx.RunAsync(() => shards.QueryAllAsync(async db =>
        {
            var count = await db.Orders.CountAsync();
            await Task.Run(() => Assert.IsTrue(together.SignalAndWait(TimeSpan.FromSeconds(30))));
            return count;
        }));

        Assert.AreEqual("1,2", string.Join(",", counts));
    }

    [TestMethod]
    public async Task Unit_over_two_shards_commits_both_or_rolls_both_back()
    {
        var archive = await CreateArchiveAsync();
        var shards = new Shards<ShopContext>(Connect, archive.Connect);

        await Tx.RunAsync(() => MoveAsync("kept"));
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(async () =>
        {
            await MoveAsync("undone");
            throw new OutOfStockException();
        }));

        Assert.AreEqual("kept", await Master.ItemsAsync());
        Assert.AreEqual("kept", await archive.ItemsAsync());

        async Task MoveAsync(string item)
        {
            await InsertAsync(item, shards.Of(1));
            await InsertAsync(item, shards.Of(2));
        }
    }
}
