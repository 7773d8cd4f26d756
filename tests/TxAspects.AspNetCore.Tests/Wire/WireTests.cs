using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>
/// Every way to answer, over sockets of Kestrel: with the middleware a client sees what it sees without, and never a success that was not
/// committed.
/// </summary>
[TestClass]
public sealed class WireTests : DatabaseTests
{
    private const int Taken = 7;

    private static readonly Way[] Ways =
        [.. WaysThroughBody.All, .. WaysThroughWriter.All, .. WaysOfHeads.All, .. WaysOfSteps.All, .. WaysOfResults.All];

    [TestMethod]
    public void Ways_are_many() => Assert.IsGreaterThan(150, Ways.Length);

    [TestMethod]
    [DataRow("1.1", "GET")]
    [DataRow("1.1", "HEAD")]
    [DataRow("2", "GET")]
    [DataRow("2", "HEAD")]
    public async Task Answer_is_the_one_without_the_middleware_and_a_failed_commit_is_never_a_success(string version, string method)
    {
        await Master.ExecuteAsync($"INSERT INTO orders (item, quantity, slot) VALUES ('first', 1, {Taken})");
        await using var without = await StartAsync(app => Map(app, "/without", (way, response) => way.Answer(response)));
        await using var with = await StartAsync(app =>
        {
            Map(app, "/first", AnswerInUnitAsync);
            Map(app, "/end", AnswerInUnitAsync).WithUnitOfWork(unit => unit.EndsAt = UnitEnd.EndOfResponse);
            Map(app, "/reading", AnswerWhileReadingAsync);
        }, app => app.UseTxAspects());
        using var askWithout = Client(without);
        using var askWith = Client(with);
        var failures = new ConcurrentQueue<string>();
        var committed = new ConcurrentQueue<string>();

        var limit = new ParallelOptions { MaxDegreeOfParallelism = 8 };
        await Parallel.ForEachAsync(Enumerable.Range(0, Ways.Length), limit, async (number, _) =>
        {
            var way = Ways[number];
            var plain = await askWithout.AskAsync(version, method, $"/without/{number}");
            foreach (var place in new[] { "first", "end", "reading" })
            {
                var kept = await askWith.AskAsync(version, method, $"/{place}/{number}?item={place}{number}");
                var lost = await askWith.AskAsync(version, method, $"/{place}/{number}?item={place}{number}lost&slot={Taken}");
                if (kept.IsSuccess)
                    committed.Enqueue($"{place}{number}");
                foreach (var failure in Judge(way, place, method, plain, kept, lost))
                    failures.Enqueue($"{place}, {way.Name}: {failure}");
            }
        });

        if (!failures.IsEmpty)
            Assert.Fail(string.Join('\n', failures.Order()));
        var items = (await Master.ItemsAsync()).Split(',').ToHashSet();
        Assert.AreEqual("", string.Join(' ', committed.Except(items)), "These were answered with a success and are not there.");
        Assert.IsFalse(items.Any(item => item.EndsWith("lost", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Judge(Way way, string place, string method, WireAnswer plain, WireAnswer kept, WireAnswer lost)
    {
        if (plain.Comparable != kept.Comparable && !MayDiffer(way, place, method, plain))
            yield return $"without {plain.Comparable}\n    with {kept.Comparable}";
        if (lost.IsSuccess)
            yield return $"a commit that failed is a success: {lost}";
        if (place == "first" && plain.IsSuccess && lost is not { Status: 500, End: WireAnswer.Whole })
            yield return $"a commit that failed before the first byte: {lost}";
        if (lost.End is not (WireAnswer.Whole or WireAnswer.CutOff))
            yield return $"a commit that failed: {lost.Comparable}";
    }

    /// <summary>
    /// A request that fails is no success, also where the server had sent a whole answer before. Where headers alone are a whole answer and
    /// the unit stays
    /// open for longer, they wait, so that an error can still be told, also one that the server finds in what it is given.
    /// </summary>
    private static bool MayDiffer(Way way, string place, string method, WireAnswer plain)
        => (way.Fails && (plain.IsSuccess || method == "HEAD")) || (way.IsRejected && method == "HEAD" && place != "first");

    private async Task AnswerInUnitAsync(Way way, HttpResponse response)
    {
        await WriteAsync(response.HttpContext.Request.Query);
        await way.Answer(response);
    }

    /// <summary>With a reader that is open, so that the unit cannot end before the answer is done.</summary>
    private async Task AnswerWhileReadingAsync(Way way, HttpResponse response)
    {
        var db = await WriteAsync(response.HttpContext.Request.Query);
        await using var rows = db.Orders.AsNoTracking().AsAsyncEnumerable().GetAsyncEnumerator();
        await rows.MoveNextAsync();
        await way.Answer(response);
    }

    private async Task<ShopContext> WriteAsync(IQueryCollection asked)
    {
        var db = await Tx.SessionAsync(Connect);
        db.Orders.Add(new Order { Item = asked["item"]!, Slot = asked.ContainsKey("slot") ? Taken : null });
        await db.SaveChangesAsync();
        return db;
    }

    private static IEndpointConventionBuilder Map(WebApplication app, string prefix, Func<Way, HttpResponse, Task> answer)
        => app.MapMethods(prefix + "/{number:int}", ["GET", "HEAD"], (int number, HttpResponse response) => answer(Ways[number], response));

    private static Task<WebApplication> StartAsync(Action<WebApplication> map) => StartAsync(map, _ => { });

    private static async Task<WebApplication> StartAsync(Action<WebApplication> map, Action<WebApplication> use)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Logging.ClearProviders();
        builder.Services.AddProblemDetails();
        builder.Services.AddControllersWithViews();
        builder.AddTxAspects();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AllowSynchronousIO = true;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var app = builder.Build();
        app.UseExceptionHandler();
        use(app);
        map(app);
        app.MapGet("/next", () => "next");
        await app.StartAsync();
        return app;
    }

    private static WireClient Client(WebApplication app)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        return new WireClient(new Uri(addresses[0]), new Uri(addresses[1]));
    }
}
