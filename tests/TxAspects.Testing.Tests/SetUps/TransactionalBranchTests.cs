using TxAspects.Testing.Tests.Shop;

namespace TxAspects.Testing.Tests.SetUps;

/// <summary>Work at the same time in the transactional set-up, which has one connection.</summary>
[TestClass]
public sealed class TransactionalBranchTests : TransactionalSetUp
{
    [TestMethod]
    public async Task Branches_that_run_at_the_same_time_take_turns()
    {
        await Tx.RunAsync(async () =>
        {
            await InsertAsync("outer");
            await Task.WhenAll(
                Audit.RecordAsync("a"),
                Audit.RecordAsync("b"),
                FailingAsync(),
                Tx.NewAtomicSessionAsync(Connect, async db =>
                {
                    db.Orders.Add(new Order { Item = "c" });
                    await Task.Yield();
                }));
        });
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Orders.PlaceAsync(new Order { Item = "tea" }))));

        Assert.AreEqual("a,b,c,outer" + string.Concat(Enumerable.Repeat(",tea", 20)), await ItemsAsync());

        async Task FailingAsync()
            => await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Audit.RecordAsync("d", fail: true));
    }

    [TestMethod]
    public async Task Branches_that_begin_at_the_same_instant_have_commands_of_their_own()
    {
        using var instant = new Barrier(4);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(Place, TaskCreationOptions.LongRunning)));

        Assert.AreEqual(4 * 250, await Orders.CountAsync());

        void Place()
        {
            try
            {
                for (var i = 0; i < 250; i++)
                {
                    instant.SignalAndWait();
                    Tx.Run(() => Tx.Session(Connect).Orders.Add(new Order { Item = "tea" }));
                }
            }
            finally
            {
                instant.RemoveParticipant();    // The others would wait for a failed one for ever.
            }
        }
    }

    [TestMethod]
    public async Task Branches_inside_one_unit_take_turns_with_the_unit_itself()
    {
        for (var round = 0; round < 20; round++)
        {
            await Tx.RunAsync(async () =>
            {
                await InsertAsync("outer");
                await Task.WhenAll(
                    Task.Run(() => Audit.RecordAsync("a")),
                    Task.Run(() => Audit.RecordAsync("b")),
                    Task.Run(InsertManyAsync),
                    Task.Run(async () => await ItemsAsync()));
            });
        }

        Assert.AreEqual(20 * 13, await Orders.CountAsync());

        async Task InsertManyAsync()
        {
            for (var i = 0; i < 10; i++)
                await InsertAsync("joined");
        }
    }
}
