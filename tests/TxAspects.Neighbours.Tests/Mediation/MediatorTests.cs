using Mediator;
using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.Neighbours.Tests.Mediation;

/// <summary>The package Mediator, whose pipeline makes each command a unit.</summary>
[TestClass]
public sealed class MediatorTests : NeighbourTests
{
    [TestInitialize]
    public void StartMediator() => Start(services =>
    {
        services.AddMediator(options => options.ServiceLifetime = ServiceLifetime.Scoped);
        services.AddSingleton(typeof(IPipelineBehavior<,>), typeof(UnitOfWorkBehavior<,>));
        services.AddSingleton(typeof(IPipelineBehavior<,>), typeof(ReadOnlyUnitBehavior<,>));
    });

    [TestMethod]
    public async Task Command_commits_with_what_its_notifications_wrote()
    {
        var result = await SendAsync(new PlaceOrder("tea"));

        Assert.IsFalse(result.IsFailure);
        Assert.AreEqual("tea, gift for tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task Result_that_means_failure_rolls_back_and_is_returned()
    {
        var result = await SendAsync(new PlaceOrder("unicorn"));

        Assert.AreEqual("There are no unicorns.", result.Error);
        Assert.AreEqual("", await ItemsAsync());
    }

    [TestMethod]
    public async Task Exception_of_a_notification_handler_rolls_back_the_command()
    {
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => SendAsync(new PlaceOrder("dodo")));

        Assert.AreEqual("", await ItemsAsync());
    }

    [TestMethod]
    [DataRow("coffee", "tea, gift for tea, coffee, gift for coffee")]
    [DataRow("unicorn", "")]
    public async Task Commands_that_a_handler_sends_join_its_unit(string second, string kept)
    {
        await SendAsync(new PlaceBoth("tea", second));

        Assert.AreEqual(kept, await ItemsAsync());
    }

    [TestMethod]
    public async Task Query_reads_and_cannot_write()
    {
        await SendAsync(new PlaceOrder("tea"));

        Assert.AreEqual(2, await SendAsync(new CountOrders()));
        await Assert.ThrowsExactlyAsync<ReadOnlyUnitOfWorkException>(() => SendAsync(new CountOrders(Writes: true)));
        Assert.AreEqual("tea, gift for tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task Handler_that_takes_the_context_is_made_before_the_pipeline_opens_the_unit()
    {
        await SendAsync(new PlaceOrder("tea"));

        await Assert.ThrowsExactlyAsync<NoUnitOfWorkException>(() => SendAsync(new CancelOrders()));
        await Tx.RunAsync(() => SendAsync(new CancelOrders()));

        Assert.AreEqual("", await ItemsAsync());
    }

    private async Task<T> SendAsync<T>(ICommand<T> command)
    {
        await using var scope = Provider.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ISender>().Send(command);
    }

    private async Task<T> SendAsync<T>(IQuery<T> query)
    {
        await using var scope = Provider.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ISender>().Send(query);
    }
}
