using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>Requests that pass the middleware twice, and requests inside requests.</summary>
[TestClass]
public sealed class PassTests : WebTests
{
    [TestMethod]
    public async Task Exception_handler_that_runs_the_pipeline_again_has_a_unit_of_its_own()
    {
        await StartRawAsync(app =>
        {
            app.UseExceptionHandler("/error");
            app.UseTxAspects();
            app.MapGet("/", async Task () =>
            {
                await InsertAsync("tea");
                throw new OutOfStockException();
            });
            app.MapGet("/error", async () =>
            {
                await InsertAsync("error");
                return Tx.Current!.Name;
            }).WithUnitOfWork(unit => unit.CommitWhen = _ => true);
        });
        using var response = await App.Client.GetAsync("/");

        Assert.AreEqual(500, (int)response.StatusCode);
        Assert.AreEqual("GET /error", await response.Content.ReadAsStringAsync());
        Assert.AreEqual("error", await Master.ItemsAsync());
        CollectionAssert.AreEqual(new[] { "GET /", "GET /error" }, App.Outcomes.Select(one => one.Name).ToArray());
    }

    [TestMethod]
    public async Task Status_page_that_runs_the_pipeline_again_has_a_unit_of_its_own()
    {
        await StartRawAsync(app =>
        {
            app.UseStatusCodePagesWithReExecute("/status");
            app.UseTxAspects();
            app.MapGet("/", async () =>
            {
                await InsertAsync("tea");
                return Results.NotFound();
            });
            app.MapGet("/status", async () =>
            {
                await InsertAsync("page");
                return "sorry";
            });
        });
        using var response = await App.Client.GetAsync("/");

        Assert.AreEqual("sorry", await response.Content.ReadAsStringAsync());
        Assert.AreEqual("", await Master.ItemsAsync());
        CollectionAssert.AreEqual(new[] { "GET /", "GET /status" }, App.Outcomes.Select(one => one.Name).ToArray());
    }

    [TestMethod]
    public async Task Exception_handler_behind_the_middleware_rolls_back_by_the_status_it_sets()
    {
        await StartRawAsync(app =>
        {
            app.UseTxAspects();
            app.UseExceptionHandler();
            app.MapGet("/", async Task () =>
            {
                await InsertAsync("tea");
                throw new OutOfStockException();
            });
        });

        await AssertAnswerAsync(500, "/");

        Assert.AreEqual(0, await Master.CountAsync());
        Assert.AreEqual("Tx.SetRollbackOnly was called with the reason 'the response has status 500'", App.Outcomes.Single().Reason);
    }

    [TestMethod]
    [DataRow("/text")]
    [DataRow("/writer")]
    public async Task Commit_that_fails_leaves_nothing_of_the_answer_to_an_exception_handler_behind_the_middleware(string path)
    {
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity, slot) VALUES ('first', 1, 7)");
        await StartRawAsync(app =>
        {
            app.UseTxAspects();
            app.UseExceptionHandler();
            app.MapGet("/text", async (HttpResponse response) =>
            {
                (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = "second", Slot = 7 });
                await response.WriteAsync("done");
            });
            app.MapGet("/writer", async (HttpResponse response) =>
            {
                (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = "second", Slot = 7 });
                response.BodyWriter.Write("done"u8);
                await response.BodyWriter.FlushAsync();
            });
        });
        using var response = await App.Client.GetAsync(path);

        Assert.AreEqual(500, (int)response.StatusCode);
        StringAssert.StartsWith(await response.Content.ReadAsStringAsync(), "{\"type\":");
        Assert.AreEqual("first", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Second_middleware_in_a_pipeline_or_a_branch_of_it_does_nothing()
    {
        await StartRawAsync(app =>
        {
            app.UseTxAspects();
            app.UseTxAspects(options => options.CommitWhen = _ => false);
            app.Map("/branch", branch =>
            {
                branch.UseTxAspects(options => options.CommitWhen = _ => false);
                branch.Run(async context =>
                {
                    await InsertAsync("branch");
                    await context.Response.WriteAsync("done");
                });
            });
            app.MapGet("/", async () =>
            {
                await InsertAsync("tea");
                return "done";
            });
        });

        await AssertAnswerAsync(200, "/");
        await AssertAnswerAsync(200, "/branch");

        Assert.AreEqual("branch,tea", await Master.ItemsAsync());
        Assert.HasCount(2, App.Outcomes);
    }

    [TestMethod]
    [DataRow("/inner", true)]
    [DataRow("/inner/404", false)]
    [DataRow("/inner/without", false)]
    public async Task Request_to_an_application_in_the_same_process_is_none_of_the_callers_unit(string path, bool commits)
    {
        await using var inner = await StartInnerAsync();
        await StartAsync(app => app.MapGet("/", async () =>
        {
            await InsertAsync("outer");
            using var client = inner.GetTestClient();
            await client.GetAsync(path);
            return Results.StatusCode(418);
        }));

        await AssertAnswerAsync(418, "/");

        Assert.AreEqual(commits ? "inner" : "", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Request_that_touches_no_database_takes_no_connection()
    {
        await StartAsync(app => app.MapGet("/health", () => "fine"));

        for (var request = 0; request < 3; request++)
            await AssertAnswerAsync(200, "/health");

        Assert.AreEqual(0, Master.ConnectionsOpened);
        Assert.IsTrue(App.Outcomes.All(one => one.State is UnitOfWorkState.Committed && one.Connects.Count == 0));
    }

    private async Task<WebApplication> StartInnerAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer(options => options.PreserveExecutionContext = true);
        builder.Services.AddSingleton(new TxAspectsOptions());
        var app = builder.Build();
        app.UseTxAspects();
        app.MapGet("/inner", () => InsertAsync("inner"));
        app.MapGet("/inner/404", async () =>
        {
            await InsertAsync("inner");
            return Results.NotFound();
        });
        app.MapGet("/inner/without", async () => { await Assert.ThrowsExactlyAsync<NoUnitOfWorkException>(() => InsertAsync("inner")); })
            .WithoutUnitOfWork();
        await app.StartAsync();
        return app;
    }
}
