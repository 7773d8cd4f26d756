using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>Clients that are gone before their answer.</summary>
[TestClass]
public sealed class AbortTests : WebTests
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [TestMethod]
    public async Task Request_that_is_aborted_midway_rolls_back_and_is_no_error()
    {
        await StartAsync(app => app.MapGet("/", SeenAsync(async context =>
        {
            await InsertAsync("tea");
            var db = await Tx.SessionAsync(Connect);
            await db.Database.ExecuteSqlRawAsync("SELECT pg_sleep(60)", context.RequestAborted);
        })));
        using (var request = await RawRequest.SendAsync(App.Address, "/"))
        {
            await Master.WaitForBackendAsync("wait_event = 'PgSleep'");
            request.Abort();
        }

        await AssertRolledBackQuietlyAsync();
    }

    [TestMethod]
    public async Task Commit_completes_when_the_client_aborts_during_it()
    {
        await using var gate = await CommitGate.CloseAsync(Master);
        var aborted = new TaskCompletionSource();
        await StartAsync(app => app.MapGet("/", SeenAsync(async context =>
        {
            context.RequestAborted.Register(aborted.SetResult);
            await InsertAsync("tea");
            await context.Response.WriteAsync("done", context.RequestAborted);
        })));
        using (var request = await RawRequest.SendAsync(App.Address, "/"))
        {
            await gate.WaitForCommitAsync();
            request.Abort();
            await aborted.Task;
        }

        await gate.OpenAsync();
        await _ended.Task;
        await App.DisposeAsync();

        Assert.AreEqual("tea", await Master.ItemsAsync());
        Assert.AreEqual(UnitOfWorkState.Committed, App.Outcomes.Single().State);
    }

    [TestMethod]
    public async Task Endpoint_that_does_not_heed_the_abort_commits_what_it_did()
    {
        var aborted = new TaskCompletionSource();
        await StartAsync(app => app.MapGet("/", SeenAsync(async context =>
        {
            context.RequestAborted.Register(aborted.SetResult);
            await InsertAsync("tea");
            await aborted.Task;
        })));
        using (var request = await RawRequest.SendAsync(App.Address, "/"))
        {
            await Master.WaitForBackendAsync("state = 'idle in transaction'");
            request.Abort();
        }

        await _ended.Task;
        await App.DisposeAsync();

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Work_that_outlives_its_request_is_told_that_the_unit_has_ended()
    {
        Task? stray = null;
        var goOn = new TaskCompletionSource();
        await StartAsync(app => app.MapGet("/", () =>
        {
            stray = StrayAsync();
            return "done";
        }));

        await AssertAnswerAsync(200, "/");
        goOn.SetResult();

        Assert.AreEqual("GET /", (await Assert.ThrowsExactlyAsync<UnitOfWorkEndedException>(() => stray!)).UnitName);
        Assert.AreEqual(0, Master.ConnectionsOpened);

        async Task StrayAsync()
        {
            await goOn.Task;
            await InsertAsync("late");
        }
    }

    [TestMethod]
    public async Task Token_of_the_unit_is_cancelled_when_the_client_leaves()
    {
        var waiting = new TaskCompletionSource();
        await StartAsync(app => app.MapGet("/", SeenAsync(async _ =>
        {
            await InsertAsync("lost");
            await Tx.RunAsync(async token =>
            {
                Assert.AreEqual(token, Tx.Current!.CancellationToken);
                waiting.SetResult();
                await Task.Delay(Timeout.Infinite, token);
            });
        })));
        using (var request = await RawRequest.SendAsync(App.Address, "/"))
        {
            await waiting.Task;
            request.Abort();
        }

        await AssertRolledBackQuietlyAsync();
    }

    [TestMethod]
    public async Task Hook_before_the_commit_that_heeds_the_abort_rolls_back_and_is_no_error()
    {
        var waiting = new TaskCompletionSource();
        await StartAsync(app => app.MapGet("/", SeenAsync(async _ =>
        {
            await InsertAsync("lost");
            Tx.OnCommitting(token =>
            {
                waiting.SetResult();
                return Task.Delay(Timeout.Infinite, token);
            });
        })));
        using (var request = await RawRequest.SendAsync(App.Address, "/"))
        {
            await waiting.Task;
            request.Abort();
        }

        await AssertRolledBackQuietlyAsync();
    }

    [TestMethod]
    public async Task New_context_in_a_request_does_not_end_with_its_client()
    {
        using var left = new CancellationTokenSource();
        await StartRawAsync(app =>
        {
            LeaveWith(app, left);
            app.MapGet("/", async () =>
            {
                await left.CancelAsync();
                Assert.IsTrue(Tx.Current!.CancellationToken.IsCancellationRequested);
                await Tx.RunInNewContextAsync(async token =>
                {
                    Assert.IsFalse(token.CanBeCanceled);
                    await InsertAsync("audit");
                });
                return Results.Conflict();
            });
        });

        await AssertAnswerAsync(409, "/");

        Assert.AreEqual("audit", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Token_that_a_middleware_in_front_has_set_is_the_units()
    {
        using var left = new CancellationTokenSource();
        await StartRawAsync(app =>
        {
            LeaveWith(app, left);
            app.MapGet("/plain", () => Tx.Current!.CancellationToken == left.Token ? "same" : "other");
            app.MapGet("/deadline", async () =>
            {
                var token = Tx.Current!.CancellationToken;
                await left.CancelAsync();
                return token != left.Token && token.IsCancellationRequested ? "linked" : "other";
            }).WithUnitOfWork(new UnitOfWorkOptions { TimeoutSeconds = 600 });
        });

        Assert.AreEqual("same", await App.Client.GetStringAsync("/plain"));
        Assert.AreEqual("linked", await App.Client.GetStringAsync("/deadline"));
    }

    // As UseRequestTimeouts does it.
    private static void LeaveWith(WebApplication app, CancellationTokenSource left)
    {
        app.Use((context, next) =>
        {
            context.RequestAborted = left.Token;
            return next(context);
        });
        app.UseTxAspects();
    }

    private async Task AssertRolledBackQuietlyAsync()
    {
        await _ended.Task;
        await App.DisposeAsync();

        Assert.AreEqual(0, await Master.CountAsync());
        Assert.AreEqual(UnitOfWorkState.RolledBack, App.Outcomes.Single().State);
        Assert.IsInstanceOfType<OperationCanceledException>(App.Outcomes.Single().Cause);
        Assert.IsFalse(App.Log.Messages.Any(message => message.Level >= LogLevel.Error),
            string.Join('\n', App.Log.Messages.Select(message => message.Text)));
    }

    // Tells when the endpoint is done, whatever became of the client.
    private Func<HttpContext, Task> SeenAsync(Func<HttpContext, Task> body) => async context =>
    {
        try
        {
            await body(context);
        }
        finally
        {
            _ended.TrySetResult();
        }
    };
}
