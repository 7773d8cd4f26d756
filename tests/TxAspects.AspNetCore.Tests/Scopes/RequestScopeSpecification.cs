using Microsoft.AspNetCore.Builder;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>Services that are resolved inside their unit, in requests. Both containers are held to it.</summary>
public abstract class RequestScopeSpecification : ScopedWebTests
{
    [TestMethod]
    public async Task Unit_of_the_request_uses_the_requests_scope_and_leaves_it_alive()
    {
        await StartScopedAsync(app => app.MapPost("/orders", async (Marker marker, INotes notes, ShopContext db) =>
        {
            db.Orders.Add(new Order { Item = "request" });
            await notes.AddAsync("note");
            return $"{marker.Number} {await notes.MarkerAsync()} {marker.IsDisposed}";
        }));

        using var answer = await App.Client.PostAsync("/orders", null);

        Assert.AreEqual("1 1 False", await answer.Content.ReadAsStringAsync());
        Assert.AreEqual("note,request", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task New_context_in_a_request_has_a_scope_of_its_own_that_carries_what_is_named()
    {
        await StartScopedAsync(app => app.MapPost("/orders", async (Marker marker, User user, INotes notes) =>
        {
            user.Name = "anna";
            return $"{marker.Number} {await notes.OwnAsync()}";
        }));

        using var answer = await App.Client.PostAsync("/orders", null);

        Assert.AreEqual("1 2 anna", await answer.Content.ReadAsStringAsync());
    }

    [TestMethod]
    public async Task Request_without_a_unit_leaves_it_to_the_service()
    {
        await StartScopedAsync(app => app.MapPost("/orders", async (INotes notes) =>
        {
            await notes.AddAsync("first");
            return $"{await notes.MarkerAsync()}";
        }).WithoutUnitOfWork());

        using var answer = await App.Client.PostAsync("/orders", null);

        Assert.AreEqual("2", await answer.Content.ReadAsStringAsync());
        Assert.AreEqual("first", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Failed_request_rolls_back_what_the_service_wrote()
    {
        await StartScopedAsync(app => app.MapPost("/orders", async (INotes notes) =>
        {
            await notes.AddAsync("note");
            return Microsoft.AspNetCore.Http.Results.Conflict();
        }));

        using var answer = await App.Client.PostAsync("/orders", null);

        Assert.AreEqual(409, (int)answer.StatusCode);
        Assert.AreEqual("", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Clients_at_once_have_a_scope_each()
    {
        await StartScopedAsync(app => app.MapPost("/orders", async (Marker marker, User user, INotes notes) =>
        {
            user.Name = $"user {marker.Number}";
            await notes.AddAsync("note");
            return $"{marker.Number == await notes.MarkerAsync()} {await notes.OwnAsync() is { } own && own.EndsWith(user.Name)}";
        }));

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
        {
            using var answer = await App.Client.PostAsync("/orders", null);
            return await answer.Content.ReadAsStringAsync();
        }));

        Assert.AreEqual("True True", string.Join(',', answers.Distinct()));
        Assert.AreEqual(40, await Master.CountAsync("note"));
        Assert.IsTrue(Markers.All(marker => marker.IsDisposed));
    }

    private Task StartScopedAsync(Action<WebApplication> map) => StartScopedAsync(
        app =>
        {
            app.UseTxAspects();
            map(app);
        },
        services => { });
}
