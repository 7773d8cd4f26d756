using System.Data;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>One unit per call of a hub method.</summary>
[TestClass]
public sealed class HubTests : WebTests
{
    private readonly Waits _waits = new();

    [TestMethod]
    public async Task Call_commits_when_it_returns()
    {
        using var client = await ConnectAsync();

        Assert.AreEqual(("ShopHub.PlaceAsync", null), await client.InvokeAsync("PlaceAsync"));
        Assert.AreEqual(("ShopHub.PlaceAsync", null), await client.InvokeAsync("PlaceAsync"));

        Assert.AreEqual("tea,tea", await Master.ItemsAsync());
        Assert.HasCount(2, App.Outcomes);
    }

    [TestMethod]
    [DataRow("FailAsync")]
    [DataRow("RefuseAsync")]
    public async Task Call_rolls_back_when_it_throws_or_its_result_means_failure(string method)
    {
        using var client = await ConnectAsync();

        await client.InvokeAsync(method);

        Assert.AreEqual(0, await Master.CountAsync());
        Assert.AreEqual(UnitOfWorkState.RolledBack, App.Outcomes.Single().State);
    }

    [TestMethod]
    public async Task Token_of_the_unit_is_cancelled_when_the_client_leaves()
    {
        using (var client = await ConnectAsync())
        {
            await client.SendAsync("WaitAsync");
            await _waits.Waiting.Task;
        }

        await _waits.Ended.Task;
        await App.DisposeAsync();

        Assert.AreEqual(0, await Master.CountAsync());
        Assert.IsInstanceOfType<OperationCanceledException>(App.Outcomes.Single().Cause);
    }

    [TestMethod]
    public async Task Attribute_of_the_method_wins_over_that_of_the_hub()
    {
        using var client = await ConnectAsync();

        Assert.AreEqual("serializable", (await client.InvokeAsync("OwnAsync")).Items);
        Assert.AreEqual("repeatable read", (await client.InvokeAsync("InheritedAsync")).Items);
    }

    [TestMethod]
    public async Task Connecting_and_a_method_without_a_unit_have_none()
    {
        using var client = await ConnectAsync();

        Assert.AreEqual("False False", (await client.InvokeAsync("Without")).Items);
        Assert.AreEqual("", string.Join(", ", App.Outcomes.Select(one => one.Name).Where(name => name is "/shop" ||
            name.StartsWith("ShopHub.", StringComparison.Ordinal))));
    }

    [TestMethod]
    public async Task Stream_opens_a_unit_where_it_needs_one()
    {
        using var client = await ConnectAsync();

        Assert.AreEqual(("False,True", null), await client.InvokeAsync("StreamAsync", stream: true));
    }

    [TestMethod]
    [DataRow("Retry", "'ShopHub.Retry' sets MaxRetries, but a call of a hub cannot be repeated. Declare it on a service with " +
                      "[NewContext], or on one that is called where there is no unit.")]
    [DataRow("Mandatory", "'ShopHub.Mandatory' has Propagation.Mandatory, but nothing is open around a call of a hub. Remove the " +
                          "propagation.")]
    [DataRow("MarkedStream", "'ShopHub.MarkedStream' streams to its client, and a unit around it would end before the first item. Move " +
                             "[UnitOfWork] to a service that returns the stream.")]
    public async Task What_a_hub_cannot_give_is_refused(string method, string message)
    {
        using var client = await ConnectAsync();

        StringAssert.Contains((await client.InvokeAsync(method, stream: method == "MarkedStream")).Error, message);
    }

    private async Task<HubClient> ConnectAsync()
    {
        await StartAsync(
            app => app.MapHub<ShopHub>("/shop"),
            services => services.AddSingleton(Connect).AddSingleton(_waits).AddSignalR(options => options.EnableDetailedErrors = true).AddTxAspects());
        return await HubClient.ConnectAsync(App.Address, "/shop");
    }

    [UnitOfWork(IsolationLevel = IsolationLevel.RepeatableRead)]
    public sealed class ShopHub(DbConnect<ShopContext> connect, Waits waits) : Hub
    {
        private static readonly string WasOpen = "was open";

        public override Task OnConnectedAsync()
        {
            Context.Items[WasOpen] = Tx.IsOpen;
            return Task.CompletedTask;
        }

        public async Task<string> PlaceAsync()
        {
            (await Tx.SessionAsync(connect)).Orders.Add(new Order { Item = "tea" });
            return Tx.Current!.Name;
        }

        public async Task FailAsync()
        {
            await PlaceAsync();
            throw new HubException("no tea");
        }

        public async Task WaitAsync()
        {
            try
            {
                await (await Tx.SessionAsync(connect)).Orders.AddAsync(new Order { Item = "lost" });
                waits.Waiting.SetResult();
                await Task.Delay(Timeout.Infinite, Tx.Current!.CancellationToken);
            }
            finally
            {
                waits.Ended.SetResult();
            }
        }

        public async Task<Refusal> RefuseAsync()
        {
            await PlaceAsync();
            return new Refusal();
        }

        [UnitOfWork(IsolationLevel = IsolationLevel.Serializable)]
        public Task<string> OwnAsync() => InheritedAsync();

        public async Task<string> InheritedAsync()
            => (await (await Tx.SessionAsync(connect)).Database.SqlQueryRaw<string>("SHOW transaction_isolation").ToListAsync()).Single();

        [UnitOfWork(Propagation = Propagation.NotSupported)]
        public string Without() => $"{Context.Items[WasOpen]} {Tx.IsOpen}";

        public async IAsyncEnumerable<string> StreamAsync()
        {
            yield return $"{Tx.IsOpen}";

            // A plain call reports to the options set last, which may be another test's: its name must not be taken for one of the hub's
            // own units.
            yield return await Tx.RunAsync(
                async ()
                    => $"{await (await Tx.SessionAsync(connect)).Orders.CountAsync() == 0}", new UnitOfWorkOptions { Name = "plain call" });
        }

        [UnitOfWork(MaxRetries = 3)]
        public void Retry()
        {
        }

        [UnitOfWork(Propagation = Propagation.Mandatory)]
        public void Mandatory()
        {
        }

        [UnitOfWork]
        public IAsyncEnumerable<string> MarkedStream() => StreamAsync();
    }

    public sealed class Waits
    {
        public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public sealed class Refusal : IUnitOfWorkResult
    {
        public bool IsFailure => true;
    }
}
