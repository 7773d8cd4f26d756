using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>What an answer means where something went wrong on its way, or its parts come at different times.</summary>
[TestClass]
public sealed class AnswerTests : WebTests
{
    [TestMethod]
    public async Task Filter_that_turns_an_exception_into_a_success_commits_what_was_written_before()
    {
        await StartAsync(app => app.MapGet("/", async Task<string> () =>
        {
            await InsertAsync("tea");
            throw new OutOfStockException();
        }).AddEndpointFilter(SwallowAsync));

        await AssertAnswerAsync(200, "/");

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Filter_that_turns_the_exception_of_a_service_into_a_success_gets_an_error_instead()
    {
        await StartAsync(app => app.MapGet("/", () => Tx.RunAsync(async () =>
        {
            await InsertAsync("tea");
            throw new OutOfStockException();
        })).AddEndpointFilter(SwallowAsync));

        await AssertAnswerAsync(500, "/");

        Assert.AreEqual(0, await Master.CountAsync());
        Assert.IsInstanceOfType<OutOfStockException>(App.Outcomes.Single().Cause);
    }

    [TestMethod]
    public async Task Failure_between_the_commit_and_the_first_byte_leaves_what_was_committed()
    {
        await StartAsync(app =>
        {
            app.MapGet("/callback", async (HttpResponse response) =>
            {
                await InsertAsync("callback");
                response.OnStarting(() => throw new InvalidOperationException("The session of the visitor cannot be stored."));
            });
            app.MapGet("/length", async (HttpResponse response) =>
            {
                await InsertAsync("length");
                response.ContentLength = 2;
                await response.Body.WriteAsync("done"u8.ToArray());
            });
        });

        await AssertAnswerAsync(500, "/length");
        await AssertAnswerAsync(500, "/callback");

        Assert.AreEqual("callback,length", await Master.ItemsAsync());
        Assert.IsTrue(App.Outcomes.All(one => one.State is UnitOfWorkState.Committed));
    }

    [TestMethod]
    public async Task Last_byte_of_a_known_length_waits_for_the_commit()
    {
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity, slot) VALUES ('first', 1, 7)");
        await StartAsync(app => app.MapGet("/{slot}", async (HttpResponse response, int slot) =>
        {
            response.ContentLength = 4;
            await response.Body.WriteAsync("done"u8.ToArray());
            await response.Body.FlushAsync();
            (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = "second", Slot = slot });
        }).WithUnitOfWork(unit => unit.EndsAt = UnitEnd.EndOfResponse));
        using var lost = await RawRequest.SendAsync(App.Address, "/7");
        using var kept = await RawRequest.SendAsync(App.Address, "/8", "Connection: close\r\n");

        StringAssert.EndsWith(await lost.ReadToEndAsync(), "\r\n\r\ndon");
        StringAssert.EndsWith(await kept.ReadToEndAsync(), "\r\n\r\ndone");
    }

    [TestMethod]
    public async Task Answer_that_is_headers_alone_waits_for_the_end_of_a_unit_that_stays_open()
    {
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity, slot) VALUES ('first', 1, 7)");
        await StartAsync(app => app.MapMethods("/{status}", ["GET", "HEAD"], async (HttpResponse response, int status) =>
        {
            response.StatusCode = status;
            await response.Body.FlushAsync();
            (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = "second", Slot = 7 });
        }).WithUnitOfWork(unit => unit.EndsAt = UnitEnd.EndOfResponse));

        await AssertAnswerAsync(500, "/204");
        await AssertAnswerAsync(500, "/304");
        await AssertAnswerAsync(500, "/200", HttpMethod.Head);
    }

    [TestMethod]
    public async Task Response_that_was_started_says_so_and_keeps_its_head_although_nothing_is_sent_yet()
    {
        await StartAsync(app => app.MapGet("/", async (HttpResponse response) =>
        {
            await InsertAsync("tea");
            await response.StartAsync();
            var state = Tx.Current!.State;
            Assert.ThrowsExactly<InvalidOperationException>(() => response.StatusCode = 202);
            Assert.ThrowsExactly<InvalidOperationException>(() => response.Headers["X-Late"] = "yes");
            await response.WriteAsync($"{response.HasStarted} {state}");
        }));

        Assert.AreEqual("True Open", await App.Client.GetStringAsync("/"));
    }

    [TestMethod]
    public async Task Status_that_a_callback_sets_does_not_hide_a_failed_commit()
    {
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity, slot) VALUES ('first', 1, 7)");
        await StartAsync(app => app.MapGet("/", async (HttpResponse response) =>
        {
            (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = "second", Slot = 7 });
            response.OnStarting(() =>
            {
                response.StatusCode = 202;
                return Task.CompletedTask;
            });
            return "done";
        }));

        await AssertAnswerAsync(500, "/");
    }

    [TestMethod]
    public async Task Synchronous_write_while_another_flow_commits_is_an_error_and_no_early_byte()
    {
        await using var gate = await CommitGate.CloseAsync(Master);
        await StartAsync(app => app.MapGet("/", async (HttpResponse response) =>
        {
            await InsertAsync("tea");
            var first = response.WriteAsync("done");
            await gate.WaitForCommitAsync();
            var refused = Assert.ThrowsExactly<InvalidOperationException>(() => response.Body.Write("early"u8));
            await gate.OpenAsync();
            await first;
            await response.WriteAsync($", {refused.Message.Contains("'GET /' is ending in another flow", StringComparison.Ordinal)}");
        }), services => services.Configure<KestrelServerOptions>(options => options.AllowSynchronousIO = true));

        Assert.AreEqual("done, True", await App.Client.GetStringAsync("/"));
    }

    private static async ValueTask<object?> SwallowAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (OutOfStockException)
        {
            return Results.Ok("none left");
        }
    }
}
