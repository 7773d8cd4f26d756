using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>Services that are resolved inside their unit, in requests.</summary>
[TestClass]
public sealed class RequestScopeTests : WebTests
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

    private Task StartScopedAsync(Action<WebApplication> map)
    {
        var number = 0;
        return StartRawAsync(
            app =>
            {
                app.UseTxAspects();
                map(app);
            },
            builder => builder.AddTxAspects(options => options.Carry<User>()).Services
                .AddTransient(_ => Tx.Session(Connect))
                .AddScoped<User>()
                .AddScoped(_ => new Marker(Interlocked.Increment(ref number)))
                .AddUnitScoped<INotes, Notes>());
    }

    public sealed class User
    {
        public string Name { get; set; } = "nobody";
    }

    public sealed class Marker(int number) : IDisposable
    {
        public int Number => number;

        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    public interface INotes
    {
        [UnitOfWork]
        Task AddAsync(string text);

        [UnitOfWork]
        Task<int> MarkerAsync();

        [NewContext]
        Task<string> OwnAsync();
    }

    public sealed class Notes(ShopContext db, Marker marker, User user) : INotes
    {
        public async Task AddAsync(string text)
        {
            db.Orders.Add(new Order { Item = text });
            await db.SaveChangesAsync();
        }

        public Task<int> MarkerAsync() => Task.FromResult(marker.Number);

        public Task<string> OwnAsync() => Task.FromResult($"{marker.Number} {user.Name}");
    }
}
