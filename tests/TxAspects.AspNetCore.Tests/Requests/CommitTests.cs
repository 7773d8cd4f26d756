using System.Buffers;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Npgsql;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>A request's unit commits or rolls back by the rule, before the client can see the answer.</summary>
[TestClass]
public sealed class CommitTests : WebTests
{
    [TestMethod]
    public async Task Client_that_sees_the_first_byte_sees_the_row()
    {
        await StartAsync(app => app.MapPost("/orders", async () =>
        {
            await InsertAsync("tea");
            return "placed";
        }));
        await using var second = new NpgsqlConnection(Master.ConnectionString);
        await second.OpenAsync();
        await using var count = new NpgsqlCommand("SELECT count(*) FROM orders", second);
        using var request = await RawRequest.ConnectAsync(App.Address);

        for (var expected = 1L; expected <= 1000; expected++)
        {
            await request.SendAsync("/orders", "Content-Length: 0\r\n", "POST");
            await request.ReadByteAsync();
            Assert.AreEqual(expected, await count.ExecuteScalarAsync());
            await request.ReadUntilAsync("placed");
            await request.ReadUntilAsync("\r\n0\r\n\r\n");
        }
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Generated_key_is_in_the_answer_only_where_the_row_was_saved_before(bool saves)
    {
        await StartAsync(app => app.MapGet("/", async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            var order = new Order { Item = "tea" };
            db.Orders.Add(order);
            if (saves)
                await db.SaveChangesAsync();
            return order;
        }));

        var answer = await App.Client.GetFromJsonAsync<Order>("/");

        Assert.AreEqual(saves, answer!.Id > 0);
        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Exception_rolls_back_and_is_answered_with_problem_details()
    {
        await StartAsync(app => app.MapGet("/", async Task () =>
        {
            await InsertAsync("tea");
            throw new OutOfStockException();
        }));

        await AssertProblemAsync();

        Assert.AreEqual(0, await Master.CountAsync());
        Assert.IsInstanceOfType<OutOfStockException>(App.Outcomes.Single().Cause);
    }

    [TestMethod]
    [DataRow(200, true)]
    [DataRow(202, true)]
    [DataRow(204, true)]
    [DataRow(304, true)]
    [DataRow(301, true)]
    [DataRow(399, true)]
    [DataRow(400, false)]
    [DataRow(404, false)]
    [DataRow(503, false)]
    public async Task Status_below_400_commits_and_others_roll_back(int status, bool commits)
    {
        await StartAsync(app => app.MapGet("/", async () =>
        {
            await InsertAsync("tea");
            return Results.StatusCode(status);
        }));

        await AssertAnswerAsync(status, "/");

        Assert.AreEqual(commits ? 1 : 0, await Master.CountAsync());
        Assert.AreEqual(commits ? null : $"Tx.SetRollbackOnly was called with the reason 'the response has status {status}'",
            App.Outcomes.Single().Reason);
    }

    [TestMethod]
    public async Task Status_with_a_body_decides_at_the_first_byte()
    {
        await StartAsync(app => app.MapGet("/", async () =>
        {
            await InsertAsync("tea");
            return Results.NotFound(new { Why = "no tea" });
        }));

        await AssertAnswerAsync(404, "/");

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Rule_is_an_option()
    {
        await StartAsync(
            app => app.MapGet("/{status}", async (int status) =>
            {
                await InsertAsync($"{status}");
                return Results.StatusCode(status);
            }),
            options: options => options.CommitWhen = context => context.Response.StatusCode is 200 or 409);

        foreach (var status in new[] { 200, 204, 404, 409 })
            await AssertAnswerAsync(status, $"/{status}");

        Assert.AreEqual("200,409", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow("0", true)]
    [DataRow("5", false)]
    public async Task Call_of_gRPC_commits_by_its_own_status(string status, bool commits)
    {
        await StartAsync(app => app.MapPost("/shop.Orders/Place", async (HttpResponse response) =>
        {
            await InsertAsync("tea");
            response.Headers["grpc-status"] = status;
        }));

        await AssertAnswerAsync(200, "/shop.Orders/Place", HttpMethod.Post);

        Assert.AreEqual(commits ? 1 : 0, await Master.CountAsync());
        Assert.AreEqual(commits ? null : "Tx.SetRollbackOnly was called with the reason 'the response has status 200, and CommitWhen " +
                                         "says no'", App.Outcomes.Single().Reason);
    }

    [TestMethod]
    [DataRow("/empty")]
    [DataRow("/text")]
    [DataRow("/json")]
    [DataRow("/writer")]
    [DataRow("/unflushed")]
    public async Task Commit_that_fails_is_answered_with_problem_details(string path)
    {
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity, slot) VALUES ('first', 1, 7)");
        await StartAsync(app =>
        {
            app.MapGet("/empty", TakeSlotAsync);
            app.MapGet("/text", async () =>
            {
                await TakeSlotAsync();
                return "done";
            });
            app.MapGet("/json", async () =>
            {
                await TakeSlotAsync();
                return TypedResults.Ok(new Order { Item = "done" });
            });
            app.MapGet("/writer", async (HttpResponse response) =>
            {
                await TakeSlotAsync();
                await response.StartAsync();
                response.BodyWriter.Write("done"u8);
                await response.BodyWriter.FlushAsync();
            });
            app.MapGet("/unflushed", async (HttpResponse response) =>
            {
                await TakeSlotAsync();
                response.BodyWriter.Write("done"u8);
            });
        });

        await AssertProblemAsync(path);

        Assert.AreEqual("first", await Master.ItemsAsync());
        Assert.AreEqual(UnitOfWorkState.RolledBack, App.Outcomes.Single().State);
    }

    [TestMethod]
    public async Task Success_is_not_answered_by_who_swallows_the_failed_commit()
    {
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity, slot) VALUES ('first', 1, 7)");
        await StartAsync(app => app.MapGet("/", async (HttpResponse response) =>
        {
            await TakeSlotAsync();
            await Assert.ThrowsAsync<Exception>(() => response.WriteAsync("done"));
        }));

        await AssertProblemAsync();
    }

    [TestMethod]
    public async Task Doomed_unit_is_answered_with_problem_details_and_rolls_back_quietly_where_the_status_says_so()
    {
        await StartAsync(app => app.MapGet("/{status}", async (int status) =>
        {
            await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(Task () => throw new OutOfStockException()));
            return Results.StatusCode(status);
        }));

        await AssertProblemAsync("/200");
        await AssertAnswerAsync(409, "/409");
    }

    [TestMethod]
    public async Task Read_after_the_first_byte_says_that_the_unit_has_ended()
    {
        string? message = null;
        await StartAsync(app => app.MapGet("/", async (HttpResponse response) =>
        {
            await response.WriteAsync("first");
            message = (await Assert.ThrowsExactlyAsync<UnitOfWorkEndedException>(async () => await Tx.SessionAsync(Connect))).Message;
        }));

        await AssertAnswerAsync(200, "/");

        StringAssert.Contains(message, "'GET /'");
    }

    private async Task TakeSlotAsync()
    {
        (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = "second", Slot = 7 });
    }

    private async Task AssertProblemAsync(string path = "/")
    {
        using var response = await App.Client.GetAsync(path);
        Assert.AreEqual(500, (int)response.StatusCode);
        Assert.AreEqual("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<Dictionary<string, object>>();
        Assert.AreEqual("500", problem!["status"].ToString());
    }
}
