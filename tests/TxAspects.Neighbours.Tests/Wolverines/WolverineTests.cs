using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wolverine;
using Wolverine.EntityFrameworkCore;
using Wolverine.Postgresql;
using Wolverine.Runtime;

namespace TxAspects.Neighbours.Tests.Wolverines;

/// <summary>Wolverine with its envelopes in the unit's transaction, and a durable local queue.</summary>
[TestClass]
public sealed class WolverineTests : NeighbourTests
{
    private const string Stored = "SELECT count(*) FROM wolverine.wolverine_incoming_envelopes";

    private IHost? _host;

    private UnitBus Bus => _host!.Services.GetRequiredService<UnitBus>();

    [TestInitialize]
    public async Task StartWolverineAsync()
    {
        Start(_ => { });
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(Shop);
        builder.Services.AddSingleton<UnitBus>();
        builder.Services.AddSingleton<IPacking, Packing>();
        builder.AddTxAspects();
        builder.UseWolverine(options =>
        {
            options.PersistMessagesWithPostgresql(Database.ConnectionString, "wolverine");
            options.UseEntityFrameworkCoreTransactions();
            options.UseRuntimeCompilation();
            options.Policies.UseDurableLocalQueues();
            options.Durability.Mode = DurabilityMode.Solo;
            options.Discovery.DisableConventionalDiscovery().IncludeType(typeof(OrderTakenHandler));
        });
        _host = builder.Build();
        await _host.StartAsync();
    }

    [TestCleanup]
    public async Task StopWolverineAsync()
    {
        await _host!.StopAsync();
        _host.Dispose();
    }

    [TestMethod]
    public async Task Message_is_stored_in_the_units_transaction_and_handled_after_its_commit()
    {
        await Tx.RunAsync(async () =>
        {
            (await Tx.SessionAsync(Shop)).Orders.Add(new Order { Item = "tea" });
            await Bus.PublishAsync(new OrderTaken("tea"));
            Assert.AreEqual(0L, await ScalarAsync<long>(Stored), "Nobody sees the message before the commit.");
        });

        await WaitForItemsAsync("tea, tea, packed");
    }

    [TestMethod]
    public async Task Message_of_a_unit_that_rolls_back_is_never_handled()
    {
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(async () =>
        {
            await Bus.PublishAsync(new OrderTaken("unicorn"));
            throw new OutOfStockException();
        }));
        Assert.AreEqual(0L, await ScalarAsync<long>(Stored));

        await Tx.RunAsync(() => Bus.PublishAsync(new OrderTaken("tea")));
        await WaitForItemsAsync("tea, packed");
    }

    [TestMethod]
    public async Task Message_of_a_nested_call_that_was_undone_is_not_sent_with_the_rest()
    {
        await Tx.RunAsync(async () =>
        {
            await Bus.PublishAsync(new OrderTaken("tea"));
            await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(
                async () =>
                {
                    await Bus.PublishAsync(new OrderTaken("unicorn"));
                    throw new OutOfStockException();
                },
                new UnitOfWorkOptions { Propagation = Propagation.Nested }));
        });

        await WaitForItemsAsync("tea, packed");
    }

    [TestMethod]
    public async Task Outbox_that_saves_and_flushes_by_itself_commits_early()
    {
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(async () =>
        {
            await Tx.ConnectionAsync(Shop);
            var outbox = new DbContextOutbox(_host!.Services.GetRequiredService<IWolverineRuntime>(), []);
            outbox.Enroll(await Tx.SessionAsync(Shop));
            await outbox.PublishAsync(new OrderTaken("tea"));
            await outbox.SaveChangesAndFlushMessagesAsync();
            throw new OutOfStockException();
        }));

        await WaitForItemsAsync("tea, packed");
    }

    private async Task WaitForItemsAsync(string items)
    {
        for (var attempt = 0; await ItemsAsync() != items; attempt++)
        {
            Assert.IsLessThan(3000, attempt, await ItemsAsync());
            await Task.Delay(20);
        }
    }
}
