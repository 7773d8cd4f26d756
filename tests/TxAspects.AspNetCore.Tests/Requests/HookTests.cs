using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>
/// Hooks that answer the request: the answer waits for the end of the unit and the end for the hook, so this is an error at once.
/// </summary>
[TestClass]
public sealed class HookTests : WebTests
{
    private static readonly Dictionary<string, Func<HttpResponse, Task>> Ways = new()
    {
        ["text"] = response => response.WriteAsync("early"),
        ["body"] = response => response.Body.WriteAsync("early"u8.ToArray()).AsTask(),
        ["flush"] = response => response.Body.FlushAsync(),
        ["synchronous"] = response => Task.Run(() => response.Body.Write("early"u8)),
        ["writer"] = response => Task.FromResult(response.BodyWriter.GetMemory(5)),
        ["writer flush"] = response => response.BodyWriter.FlushAsync().AsTask(),
        ["writer complete"] = response => response.BodyWriter.CompleteAsync().AsTask(),
        ["start"] = response => response.StartAsync(),
        ["complete"] = response => response.CompleteAsync(),
        ["file"] = response => response.SendFileAsync(typeof(HookTests).Assembly.Location, 0, 5),
        ["json"] = response => response.WriteAsJsonAsync(new { Name = "early" }),
        ["status"] = response =>
        {
            response.StatusCode = 201;
            return Task.CompletedTask;
        },
    };

    private readonly List<Exception> _seen = [];

    public static IEnumerable<object[]> WaysAndPauses => Ways.Keys.SelectMany(way => new[] { new object[] { way, false }, [way, true] });

    [TestMethod]
    [DynamicData(nameof(WaysAndPauses))]
    public async Task Hook_before_the_commit_that_answers_rolls_back(string way, bool pauses)
    {
        await StartAsync(context =>
        {
            Tx.OnCommitting(() => AnswerAsync(context.Response, way, pauses));
            return context.Response.WriteAsync("done");
        });

        await AssertAnswerAsync(500, "/");

        AssertRefused();
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    [DynamicData(nameof(WaysAndPauses))]
    public async Task Hook_after_the_commit_that_answers_changes_nothing(string way, bool pauses)
    {
        await StartAsync(context =>
        {
            Tx.OnCommitted(() => AnswerAsync(context.Response, way, pauses));
            return context.Response.WriteAsync("done");
        });

        Assert.AreEqual("done", await App.Client.GetStringAsync("/"));

        AssertRefused();
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(WaysAndPauses))]
    public async Task Hook_after_the_rollback_that_answers_changes_nothing(string way, bool pauses)
    {
        await StartAsync(context =>
        {
            Tx.OnRolledBack(() => AnswerAsync(context.Response, way, pauses));
            return context.Request.Query.ContainsKey("throw")
                ? throw new OutOfStockException()
                : Results.Conflict("no").ExecuteAsync(context);
        });

        await AssertAnswerAsync(409, "/");
        await AssertAnswerAsync(500, "/?throw");

        AssertRefused();
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Hook_of_an_early_commit_that_answers_is_refused_and_the_unit_goes_on()
    {
        await StartAsync(async context =>
        {
            Tx.OnCommitted(() => AnswerAsync(context.Response, "text", pauses: true));
            await Tx.CommitAsync(Connect);
            await InsertAsync("more");
            await context.Response.WriteAsync("done");
        });

        Assert.AreEqual("done", await App.Client.GetStringAsync("/"));

        AssertRefused();
        Assert.AreEqual("more,tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Hook_of_another_unit_in_the_request_may_answer()
    {
        await StartAsync(context => Tx.RunInNewContextAsync(() =>
        {
            Tx.OnCommitted(() => context.Response.WriteAsync("done"));
            return Task.CompletedTask;
        }));

        Assert.AreEqual("done", await App.Client.GetStringAsync("/"));

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Hook_may_set_a_header_and_start_what_answers_later()
    {
        Task? later = null;
        var isOver = new TaskCompletionSource();
        await StartAsync(async context =>
        {
            Tx.OnCommitted(() =>
            {
                context.Response.Headers["X-Hook"] = "yes";
                later = Task.Run(async () =>
                {
                    await isOver.Task;
                    await context.Response.WriteAsync("later");
                });
            });
            await context.Response.WriteAsync("done, ");
            isOver.SetResult();
            await later!;
        });

        using var response = await App.Client.GetAsync("/");

        Assert.AreEqual("yes", string.Join(',', response.Headers.GetValues("X-Hook")));
        Assert.AreEqual("done, later", await response.Content.ReadAsStringAsync());
    }

    [TestMethod]
    public async Task Interceptor_of_EF_Core_that_answers_while_the_unit_ends_is_refused()
    {
        var interceptor = new Answering();
        await using var connect = new DbConnect<ShopContext>(new DbConnectOptions<ShopContext>
        {
            Name = "answering",
            Host = "here",
            Driver = new PostgresDriver(),
            CreateEngine = _ => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Master.ConnectionString) { Pooling = false }),
            ConfigureSession = (builder, engine) => builder.UseNpgsql(engine).AddInterceptors(interceptor),
        });
        await StartAsync(async context =>
        {
            interceptor.Response = context.Response;
            (await Tx.SessionAsync(connect)).Orders.Add(new Order { Item = "tea" });
        });

        await AssertAnswerAsync(500, "/");

        var refused = App.Outcomes.Single().Cause;
        while (refused is not (null or ResponseInHookException))
            refused = refused.InnerException;
        Assert.IsNull((refused as ResponseInHookException)!.HookName);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    private Task StartAsync(Func<HttpContext, Task> answer) => StartAsync(app => app.MapGet("/", async context =>
    {
        await InsertAsync("tea");
        await answer(context);
    }), services => services.Configure<KestrelServerOptions>(options => options.AllowSynchronousIO = true));

    private async Task AnswerAsync(HttpResponse response, string way, bool pauses)
    {
        if (pauses)
            await Task.Yield();
        try
        {
            await Ways[way](response);
        }
        catch (Exception exception)
        {
            _seen.Add(exception);
            throw;
        }
    }

    private void AssertRefused()
    {
        Assert.IsNotEmpty(_seen);
        foreach (var refused in _seen.Cast<ResponseInHookException>())
        {
            Assert.AreEqual("GET /", refused.UnitName);
            StringAssert.StartsWith(refused.HookName, "HookTests.");
            StringAssert.Contains(refused.Message, $"The hook '{refused.HookName}' runs while unit of work 'GET /' ends");
        }
    }

    private sealed class Answering : SaveChangesInterceptor
    {
        public HttpResponse? Response { get; set; }

        public override async ValueTask<InterceptionResult<int>> SavingChangesAsync(
            DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            await Response!.WriteAsync("early", cancellationToken);
            return result;
        }
    }
}
