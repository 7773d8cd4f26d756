using System.Data;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>What endpoints declare: by conventions, by attributes, for groups and for themselves.</summary>
[TestClass]
public sealed class EndpointTests : WebTests
{
    private static readonly UnitOfWorkOptions Serializable = new() { IsolationLevel = IsolationLevel.Serializable };
    private static readonly UnitOfWorkOptions RepeatableRead = new() { IsolationLevel = IsolationLevel.RepeatableRead };

    [TestMethod]
    public async Task Settings_of_an_endpoint_reach_the_server()
        => await AssertIsolationAsync("serializable", app => app.MapGet("/", IsolationAsync).WithUnitOfWork(Serializable));

    [TestMethod]
    public async Task Settings_of_a_group_hold_for_its_endpoints()
        => await AssertIsolationAsync("serializable", app => app.MapGroup("/").WithUnitOfWork(Serializable).MapGet("/", IsolationAsync));

    [TestMethod]
    public async Task Endpoint_wins_over_its_group()
        => await AssertIsolationAsync("repeatable read",
            app => app.MapGroup("/").WithUnitOfWork(Serializable).MapGet("/", IsolationAsync).WithUnitOfWork(RepeatableRead));

    [TestMethod]
    public async Task Endpoint_that_only_says_when_it_ends_keeps_the_settings_of_its_group()
        => await AssertIsolationAsync("serializable", app => app.MapGroup("/").WithUnitOfWork(Serializable)
            .MapGet("/", IsolationAsync).WithUnitOfWork(unit => unit.EndsAt = UnitEnd.EndOfResponse));

    [TestMethod]
    public async Task Attribute_on_a_handler_counts_and_wins_over_its_group()
        => await AssertIsolationAsync("serializable", app => app.MapGroup("/").WithUnitOfWork(RepeatableRead)
            .MapGet("/", [UnitOfWork(IsolationLevel = IsolationLevel.Serializable)] () => IsolationAsync()));

    [TestMethod]
    [DataRow("/own", "serializable")]
    [DataRow("/inherited", "repeatable read")]
    public async Task Attribute_on_an_action_wins_over_its_controller_and_over_what_is_said_for_all(string path, string expected)
    {
        await StartAsync(
            app => app.MapControllers().WithUnitOfWork(new UnitOfWorkOptions { IsolationLevel = IsolationLevel.ReadCommitted }),
            services => services.AddSingleton(Connect).AddControllers().AddApplicationPart(typeof(IsolationController).Assembly));

        Assert.AreEqual(expected, await App.Client.GetStringAsync(path));
    }

    [TestMethod]
    public async Task Attribute_on_a_page_counts_and_its_row_is_kept()
    {
        await StartAsync(
            app => app.MapRazorPages(),
            services => services.AddSingleton(Connect).AddRazorPages().AddApplicationPart(typeof(IsolationModel).Assembly));

        Assert.AreEqual("serializable /page", (await App.Client.GetStringAsync("/page")).Trim());
        Assert.AreEqual("page", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task First_service_that_joins_sets_up_a_unit_for_which_nothing_was_declared()
        => await AssertIsolationAsync("serializable", app => app.MapGet("/", () => Tx.RunAsync(IsolationAsync, Serializable)));

    [TestMethod]
    [DataRow("/undeclared", 500)]
    [DataRow("/declared", 200)]
    public async Task Endpoint_that_declares_a_unit_keeps_its_settings_whoever_joins_first(string path, int status)
    {
        await StartAsync(app =>
        {
            app.MapGet("/undeclared", ReadThenWriteAsync);
            app.MapGet("/declared", [UnitOfWork] () => ReadThenWriteAsync());
        });

        await AssertAnswerAsync(status, path);

        Assert.AreEqual(status == 200 ? 1 : 0, await Master.CountAsync());

        async Task ReadThenWriteAsync()
        {
            await Tx.RunAsync(IsolationAsync, new UnitOfWorkOptions { ReadOnly = true });
            await Tx.RunAsync(() => InsertAsync("tea"));
        }
    }

    [TestMethod]
    public async Task Endpoint_without_a_unit_lets_its_services_open_theirs()
    {
        await StartAsync(app => app.MapGroup("/").WithoutUnitOfWork().MapGet("/", async () =>
        {
            Assert.IsFalse(Tx.IsOpen);
            await Tx.RunAsync(() => InsertAsync("tea"));
            return Results.NotFound();
        }));

        await AssertAnswerAsync(404, "/");

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Endpoint_has_a_unit_again_inside_a_group_without()
        => await AssertIsolationAsync(
            "serializable", app => app.MapGroup("/").WithoutUnitOfWork().MapGet("/", IsolationAsync).WithUnitOfWork(Serializable));

    [TestMethod]
    public async Task Attribute_that_runs_without_a_unit_does_so_here()
    {
        await StartAsync(app => app.MapGet("/", [UnitOfWork(Propagation = Propagation.NotSupported)] () => Tx.IsOpen));

        Assert.AreEqual("false", await App.Client.GetStringAsync("/"));
    }

    [TestMethod]
    public async Task Endpoint_has_a_rule_of_its_own()
    {
        await StartAsync(app => app.MapGet("/", async () =>
        {
            await InsertAsync("attempt");
            return Results.Unauthorized();
        }).WithUnitOfWork(unit => unit.CommitWhen = context => context.Response.StatusCode is 200 or 401));

        await AssertAnswerAsync(401, "/");

        Assert.AreEqual("attempt", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Rule_that_throws_rolls_back_and_is_answered_with_an_error()
    {
        await StartAsync(app => app.MapGet("/", async () =>
        {
            await InsertAsync("tea");
            return "done";
        }).WithUnitOfWork(unit => unit.CommitWhen = _ => throw new OutOfStockException()));

        await AssertAnswerAsync(500, "/");

        Assert.AreEqual(0, await Master.CountAsync());
        Assert.IsInstanceOfType<OutOfStockException>(App.Outcomes.Single().Cause);
    }

    [TestMethod]
    public async Task Exception_that_an_endpoint_lists_commits_and_passes()
    {
        await StartAsync(app => app.MapGet("/", [UnitOfWork(CommitOn = [typeof(OutOfStockException)])] async Task () =>
        {
            await InsertAsync("tea");
            throw new OutOfStockException();
        }));

        await AssertAnswerAsync(500, "/");

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Timeout_of_an_endpoint_ends_its_query()
    {
        await StartAsync(app => app.MapGet("/", async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await db.Database.ExecuteSqlRawAsync("SELECT pg_sleep(60)");
        }).WithUnitOfWork(new UnitOfWorkOptions { TimeoutSeconds = 1 }));

        await AssertAnswerAsync(500, "/");

        Assert.IsInstanceOfType<UnitOfWorkTimeoutException>(App.Outcomes.Single().Cause);
    }

    [TestMethod]
    public async Task Unit_is_named_after_the_route_and_never_after_the_request()
    {
        await StartAsync(app => app.MapGet("/orders/{id}", (int id) => Tx.Current!.Name));

        Assert.AreEqual("GET /orders/{id}", await App.Client.GetStringAsync("/orders/7?card=4711"));
    }

    [TestMethod]
    public async Task Mistakes_at_endpoints_are_in_one_exception_at_start()
    {
        var refused = await Assert.ThrowsExactlyAsync<TxAspectsConfigurationException>(() => StartAsync(app =>
        {
            app.MapPost("/retried", () => "").WithUnitOfWork(new UnitOfWorkOptions { MaxRetries = 3 });
            app.MapPost("/mandatory", [UnitOfWork(Propagation = Propagation.Mandatory)] () => "");
            app.MapPost("/negative", [UnitOfWork(TimeoutSeconds = -1)] () => "");
        }));

        CollectionAssert.AreEquivalent(
            new[]
            {
                "'POST /retried' sets MaxRetries, but a request cannot be repeated. Declare it on a service with [NewContext], or on one " +
                "that is called where there is no unit.",
                "'POST /mandatory' has Propagation.Mandatory, but nothing is open around a request. Remove the propagation.",
                "'POST /negative' has a negative TimeoutSeconds. Give the seconds that the unit may take, or 0 for no limit.",
            },
            refused.Findings.ToArray());
    }

    [TestMethod]
    public async Task Middleware_in_front_of_routing_says_so_where_that_matters()
    {
        await StartRawAsync(app =>
        {
            app.UseTxAspects();
            app.UseRouting();
            app.MapGet("/plain", () => "fine");
            app.MapGet("/declared", () => "not read-only").WithUnitOfWork(new UnitOfWorkOptions { ReadOnly = true });
        });

        Assert.AreEqual("fine", await App.Client.GetStringAsync("/plain"));
        await AssertAnswerAsync(500, "/declared");
        StringAssert.Contains(App.Outcomes[^1].Cause!.Message, "UseTxAspects runs before routing, so it cannot see what 'GET /declared' " +
                                                               "declares. Call UseRouting before UseTxAspects.");
    }

    private async Task AssertIsolationAsync(string expected, Action<WebApplication> map)
    {
        await StartAsync(map);

        Assert.AreEqual(expected, await App.Client.GetStringAsync("/"));
    }

    private async Task<string> IsolationAsync()
        => (await (await Tx.SessionAsync(Connect)).Database.SqlQueryRaw<string>("SHOW transaction_isolation").ToListAsync()).Single();
}

/// <summary>With attributes in both places.</summary>
[ApiController]
[UnitOfWork(IsolationLevel = IsolationLevel.RepeatableRead)]
public sealed class IsolationController(DbConnect<ShopContext> connect) : ControllerBase
{
    [HttpGet("/own")]
    [UnitOfWork(IsolationLevel = IsolationLevel.Serializable)]
    public Task<string> OwnAsync() => ShowAsync();

    [HttpGet("/inherited")]
    public Task<string> InheritedAsync() => ShowAsync();

    private async Task<string> ShowAsync()
        => (await (await Tx.SessionAsync(connect)).Database.SqlQueryRaw<string>("SHOW transaction_isolation").ToListAsync()).Single();
}
