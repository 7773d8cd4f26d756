using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>
/// Services that are resolved inside the unit of a call of a hub, and contexts that are injected there. Both containers are held to it.
/// </summary>
public abstract class HubScopeSpecification : ScopedWebTests
{
    [TestMethod]
    public async Task Unit_of_a_call_uses_the_scope_of_the_call_and_leaves_it_alive()
    {
        using var client = await ConnectAsync("/notes");

        // The first scope was that of connecting.
        Assert.AreEqual(("2 2 False", null), await client.InvokeAsync("AddAsync"));
        Assert.AreEqual(("3 3 False", null), await client.InvokeAsync("AddAsync"));

        Assert.AreEqual("note,note", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Call_that_fails_rolls_back_what_the_service_wrote()
    {
        using var client = await ConnectAsync("/notes");

        StringAssert.Contains((await client.InvokeAsync("FailAsync")).Error, "no tea");

        Assert.AreEqual("", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task New_context_in_a_call_has_a_scope_of_its_own_that_carries_what_is_named()
    {
        using var client = await ConnectAsync("/notes");

        Assert.AreEqual(("2 3 anna", null), await client.InvokeAsync("OwnAsync"));
    }

    [TestMethod]
    public async Task Call_without_a_unit_leaves_it_to_the_service_and_its_scope()
    {
        using var client = await ConnectAsync("/notes");

        Assert.AreEqual(("2 3 5", null), await client.InvokeAsync("WithoutAsync"));

        Assert.AreEqual("note", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Stream_leaves_the_unit_to_the_service()
    {
        using var client = await ConnectAsync("/notes");

        Assert.AreEqual(("first,second", null), await client.InvokeAsync("StreamAsync", stream: true));

        Assert.AreEqual("first,second", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Service_that_is_asked_for_inside_the_call_is_given_the_session()
    {
        using var client = await ConnectAsync("/notes");

        Assert.AreEqual(("True", null), await client.InvokeAsync("InsideAsync"));

        Assert.AreEqual("inside", await Master.ItemsAsync());
    }

    // SignalR makes the hub, and what its method takes from the container, before it asks any filter.
    [TestMethod]
    public async Task Context_of_a_parameter_is_refused_with_the_remedy()
    {
        using var client = await ConnectAsync("/notes");

        Assert.IsNotNull((await client.InvokeAsync("ParameterAsync")).Error);

        AssertRefused();
    }

    // It is made for connecting, too.
    [TestMethod]
    public async Task Context_of_a_hub_is_refused_with_the_remedy_when_a_client_connects()
    {
        using var client = await ConnectAsync("/constructor");

        await Assert.ThrowsAsync<Exception>(() => client.InvokeAsync("CountAsync"));

        AssertRefused();
    }

    private void AssertRefused()
        => Assert.IsTrue(App.Log.Messages.Any(message => message.Exception?.GetBaseException() is NoUnitOfWorkException refused &&
            refused.Message.Contains("The container was asked for a 'ShopContext'", StringComparison.Ordinal)));

    private async Task<HubClient> ConnectAsync(string path)
    {
        await StartScopedAsync(
            app =>
            {
                app.MapHub<NotesHub>("/notes");
                app.MapHub<ConstructorHub>("/constructor");
            },
            services =>
            {
                services.AddSingleton(Connect).AddScoped<Lines>();
                services.AddSignalR(options => options.EnableDetailedErrors = true).AddTxAspects();
            });
        return await HubClient.ConnectAsync(App.Address, path);
    }

    public sealed class Lines(ShopContext db)
    {
        public void Add(string item) => db.Orders.Add(new Order { Item = item });

        public bool Has(ShopContext session) => db == session;
    }

    public sealed class NotesHub(INotes notes, Marker marker, User user, IServiceProvider services, DbConnect<ShopContext> shop) : Hub
    {
        public async Task<string> AddAsync()
        {
            await notes.AddAsync("note");
            return $"{marker.Number} {await notes.MarkerAsync()} {marker.IsDisposed}";
        }

        public async Task FailAsync()
        {
            await notes.AddAsync("lost");
            throw new HubException("no tea");
        }

        public async Task<string> OwnAsync()
        {
            user.Name = "anna";
            return $"{marker.Number} {await notes.OwnAsync()}";
        }

        [UnitOfWork(Propagation = Propagation.NotSupported)]
        public async Task<string> WithoutAsync()
        {
            var first = await notes.MarkerAsync();
            await notes.AddAsync("note");
            return $"{marker.Number} {first} {await notes.MarkerAsync()}";
        }

        public async IAsyncEnumerable<string> StreamAsync()
        {
            foreach (var item in new[] { "first", "second" })
            {
                await notes.AddAsync(item);
                yield return item;
            }
        }

        public async Task<bool> InsideAsync()
        {
            var lines = services.GetRequiredService<Lines>();
            lines.Add("inside");
            return lines.Has(await Tx.SessionAsync(shop));
        }

        public Task ParameterAsync(Lines lines)
        {
            lines.Add("lost");
            return Task.CompletedTask;
        }
    }

    public sealed class ConstructorHub(ShopContext db) : Hub
    {
        public Task<int> CountAsync() => Task.FromResult(db.Orders.Count());
    }
}
