using System.Net;
using System.Text.Json.Nodes;
using Autofac;
using Autofac.Extensions.DependencyInjection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TxAspects.Testing;
using TxAspects.Tests;

namespace TxAspects.Dashboard.Tests;

/// <summary>What is open, what it holds, and who waits for whom.</summary>
[TestClass]
public sealed class NowTests : DashboardTests
{
    [TestInitialize]
    public Task StartAppAsync() => StartAsync();

    [TestMethod]
    public async Task Open_unit_tells_what_it_holds()
    {
        JsonNode now = null!;
        int process = 0;
        await RunAsync("holds", async () =>
        {
            await InsertAsync("tea", Shop);
            process = await TxAspects.Tests.TestDatabase.BackendAsync(await Tx.SessionAsync(Shop));
            now = await App.GetAsync("now");
        });

        var unit = now["units"]!.AsArray().Single()!;
        Assert.AreEqual("holds", (string?)unit["name"]);
        var held = unit["held"]!.AsArray().Single()!;
        Assert.AreEqual("shop", (string?)held["connect"]);
        Assert.AreEqual(process, (int)held["process"]!);
        Assert.IsNotNull(held["inTransactionFor"]);
        Assert.IsNotNull(held["idleFor"]);
        var connect = now["connects"]!.AsArray().Single()!;
        Assert.AreEqual("shop 1 0 5", $"{connect["name"]} {connect["held"]} {connect["waiting"]} {connect["poolSize"]}");
        Assert.IsNull(connect["trouble"]);
        Assert.IsEmpty((await App.GetAsync("now"))["units"]!.AsArray());
    }

    [TestMethod]
    public async Task Unit_that_waits_for_another_unit_names_it()
    {
        await RunAsync("seed", () => InsertAsync("tea", Shop));
        var release = new TaskCompletionSource();
        var blocker = RunAsync("blocker", async () =>
        {
            await UpdateAsync();
            await release.Task;
        });
        await WaitUntilAsync(now => now["units"]!.AsArray().Any(unit => unit!["held"]!.AsArray().Any(held => held!["idleFor"] is not null)));
        var blocked = RunAsync("blocked", UpdateAsync);

        var waiting = await WaitUntilAsync(now => now["waits"]!.AsArray().Count > 0);
        release.SetResult();
        await Task.WhenAll(blocker, blocked);

        var wait = waiting["waits"]!.AsArray().Single()!;
        Assert.AreEqual("blocked", (string?)wait["name"]);
        StringAssert.StartsWith((string?)wait["blocker"], "'blocker' (unit ");
        Assert.IsNotNull(wait["blockerId"]);
        Assert.AreEqual("idle in transaction", (string?)wait["blockerState"]);
        var step = StepOf(await App.UnitAsync("blocked"), "LockWait");
        StringAssert.StartsWith((string?)step["name"], "'blocker' (unit ");
        Assert.IsNotNull(step["duration"]);
    }

    [TestMethod]
    public async Task Unit_that_waits_for_another_process_names_what_that_calls_itself()
    {
        await RunAsync("seed", () => InsertAsync("tea", Shop));
        await using var other = new NpgsqlConnection($"{Master.ConnectionString};Pooling=false;Application Name=billing: Invoices.Send");
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("UPDATE orders SET quantity = 2", other))
            await command.ExecuteNonQueryAsync();
        var blocked = RunAsync("blocked", UpdateAsync);

        var waiting = await WaitUntilAsync(now => now["waits"]!.AsArray().Count > 0);
        await transaction.RollbackAsync();
        await blocked;

        var wait = waiting["waits"]!.AsArray().Single()!;
        Assert.AreEqual($"'billing: Invoices.Send' (process {other.ProcessID} of the server)", (string?)wait["blocker"]);
        Assert.IsNull(wait["blockerId"]);
    }

    [TestMethod]
    public async Task Wait_of_long_is_noted_although_nobody_watches()
    {
        await RunAsync("seed", () => InsertAsync("tea", Shop));
        await using var other = new NpgsqlConnection($"{Master.ConnectionString};Pooling=false;Application Name=batch");
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("UPDATE orders SET quantity = 2", other))
            await command.ExecuteNonQueryAsync();
        var blocked = RunAsync("blocked", UpdateAsync);

        await Master.WaitForBackendAsync("wait_event_type = 'Lock'");
        await Master.WaitForBackendAsync(
            "state = 'active' AND wait_event_type = 'Lock' AND clock_timestamp() - query_start > interval '2.5 s'");
        await transaction.RollbackAsync();
        await blocked;

        StringAssert.StartsWith((string?)StepOf(await App.UnitAsync("blocked"), "LockWait")["name"], "'batch'");
    }

    [TestMethod]
    public async Task Pool_that_ran_out_shows_who_has_the_connections_and_can_still_be_asked()
    {
        var release = new TaskCompletionSource();
        var holders = Enumerable.Range(0, 5).Select(_ => RunAsync("holder", async () =>
        {
            await InsertAsync("tea", Shop);
            await release.Task;
        })).ToArray();
        await WaitUntilAsync(now => (int)now["connects"]!.AsArray().Single()!["held"]! == 5);
        var waiter = RunAsync("waiter", () => InsertAsync("late", Shop));

        var now = await WaitUntilAsync(now => (int)now["connects"]!.AsArray().Single()!["waiting"]! == 1);
        release.SetResult();
        await Task.WhenAll([.. holders, waiter]);

        Assert.IsNull(now["connects"]![0]!["trouble"]);
        var unit = now["units"]!.AsArray().Single(unit => (string)unit!["name"]! == "waiter")!;
        Assert.IsNotNull(unit["held"]![0]!["waitingFor"]);
    }

    [TestMethod]
    public async Task Dead_database_is_told_as_such()
    {
        var server = await TemporaryPostgres.StartAsync();
        await using var connect = PostgresConnect.Create(
            server.ConnectionString, new PostgresConnectOptions<ShopContext> { Name = "frail" });
        await using (server)
            await RunAsync("before", async () => await (await Tx.SessionAsync(connect)).Database.ExecuteSqlAsync($"SELECT 1"));

        await Assert.ThrowsAsync<Exception>(
            () => RunAsync("after", async () => await (await Tx.SessionAsync(connect)).Database.ExecuteSqlAsync($"SELECT 1")));
        var now = await App.GetAsync("now");

        StringAssert.StartsWith((string?)now["connects"]!.AsArray().Single()!["trouble"], "The database does not answer: NpgsqlException");
        var unit = await App.UnitAsync("after");
        StringAssert.Contains(string.Join(' ', unit["failure"]!["chain"]!.AsArray().Select(one => (string)one!)), "NpgsqlException");
    }

    [TestMethod]
    public async Task Plan_is_what_DescribePlan_prints()
    {
        var plan = await App.GetAsync("plan");

        var described = App.Services.DescribePlan();
        Assert.AreSequenceEqual(
            described.Methods.Select(method => $"{method.Name}|{method.SettingsText}|{method.Source}"),
            plan["methods"]!.AsArray().Select(row => $"{row!["method"]}|{row["settings"]}|{row["source"]}"));
        Assert.HasCount(3, described.Methods);
    }

    [TestMethod]
    public async Task Plan_of_Autofac_is_the_same()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Host.UseServiceProviderFactory(new AutofacServiceProviderFactory());
        builder.Host.ConfigureContainer<ContainerBuilder>((_, container) =>
        {
            container.RegisterModule(new TxAspectsModule());
            container.RegisterType<Work>().As<IWork>();
        });
        await using var app = builder.Build();
        app.MapTxAspects();
        await app.StartAsync();
        using var client = new HttpClient
        {
            BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()),
        };

        var plan = JsonNode.Parse(await client.GetStringAsync("/tx/api/plan"))!;

        Assert.AreEqual(
            "Work.AuditAsync Work.RepeatAsync Work.RunAsync", string.Join(' ', plan["methods"]!.AsArray().Select(row => row!["method"])));
        await app.StopAsync();
    }

    private async Task UpdateAsync()
    {
        var db = await Tx.SessionAsync(Shop);
        await db.Orders.ExecuteUpdateAsync(set => set.SetProperty(order => order.Quantity, 3));
    }

    private async Task<JsonNode> WaitUntilAsync(Predicate<JsonNode> holds)
    {
        for (var attempt = 0; attempt < 300; attempt++)
        {
            var now = await App.GetAsync("now");
            if (holds(now))
                return now;
            await Task.Delay(50);
        }

        throw new AssertFailedException($"It did not come to pass: {await App.GetAsync("now")}");
    }
}
