using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>
/// Many requests over sessions that were injected, 64 at once; some clients leave, and scopes end late. A small number here; more with
/// eng/scope-load.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class InjectedSessionLoadTests : WebTests
{
    private const string RequestsVariable = "SCOPE_LOAD_REQUESTS";
    private const int AtOnce = 64;

    private readonly ConcurrentDictionary<string, Answer> _answers = new();
    private int _next;

    private enum Answer
    {
        Kept,
        Refused,
        Left,
    }

    private static int Requests => int.Parse(Environment.GetEnvironmentVariable(RequestsVariable) ?? "1000", CultureInfo.InvariantCulture);

    [TestMethod]
    public async Task Every_success_has_its_rows_and_nothing_else_has_any()
    {
        await StartRawAsync(
            app =>
            {
                app.UseTxAspects();
                app.MapPost("/joined/{item}", PlaceAsync);
                app.MapPost("/own/{item}", PlaceAsync).WithoutUnitOfWork();
                app.MapPost("/injected/{item}", PlaceInjectedAsync);
            },
            builder => builder.AddTxAspects().Services
                .AddTransient(_ => Tx.InjectedSession(Connect))
                .AddScoped<LateScope>()
                .AddScoped<Lines>()
                .AddUnitScoped<IPlacing, Placing>());

        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(client => Task.Run(() => AskAsync(new Random(client)))));

        var rows = (await Master.ItemsAsync()).Split(',', StringSplitOptions.RemoveEmptyEntries);
        var items = rows.Where(row => !row.EndsWith("-line", StringComparison.Ordinal)).ToHashSet();
        Assert.HasCount(Requests, _answers);
        Assert.AreEqual("", string.Join(' ', Of(Answer.Kept).Except(items)), "A success has no row.");
        Assert.AreEqual("", string.Join(' ', Of(Answer.Refused).Intersect(items)), "A refused request has a row.");
        Assert.AreEqual("", string.Join(' ', items.Except(_answers.Keys)), "A row has no request.");
        Assert.AreEqual(
            string.Join(' ', items.Select(item => $"{item}-line").Order(StringComparer.Ordinal)),
            string.Join(' ', rows.Except(items).Order(StringComparer.Ordinal)), "Half of an order is there.");
        Assert.IsGreaterThan(Requests / 2, Of(Answer.Kept).Count());
    }

    private static async Task<IResult> PlaceAsync(string item, IPlacing placing)
    {
        if (!item.EndsWith("refused", StringComparison.Ordinal))
            return Results.Ok(await placing.PlaceAsync(item, fails: false));

        try
        {
            await placing.PlaceAsync(item, fails: true);
        }
        catch (OutOfStockException)
        {
            return Results.Conflict();
        }

        return Results.Ok();
    }

    private static async Task<IResult> PlaceInjectedAsync(string item, ShopContext db, Lines lines, LateScope late)
    {
        await lines.AddAsync(item);
        db.Orders.Add(new Order { Item = item });
        if (!item.EndsWith("refused", StringComparison.Ordinal))
            return Results.Ok(late.GetType().Name);

        await db.SaveChangesAsync();
        return Results.Conflict();
    }

    private IEnumerable<string> Of(Answer answer) => _answers.Where(one => one.Value == answer).Select(one => one.Key);

    private async Task AskAsync(Random random)
    {
        while (Interlocked.Increment(ref _next) is var number && number <= Requests)
        {
            var path = random.Next(3) switch { 0 => "joined", 1 => "own", _ => "injected" };
            var (refused, leaves) = (random.Next(10) == 0, random.Next(10) == 0);
            var item = $"{number}{(refused ? "refused" : "")}";
            using var left = new CancellationTokenSource();
            if (leaves)
                left.CancelAfter(TimeSpan.FromMilliseconds(random.Next(20)));
            try
            {
                using var response = await App.Client.PostAsync($"/{path}/{item}", null, left.Token);
                _answers[item] = response.IsSuccessStatusCode ? Answer.Kept : Answer.Refused;
                Assert.AreEqual(refused ? 409 : 200, (int)response.StatusCode);
            }
            catch (OperationCanceledException)
            {
                _answers[item] = refused ? Answer.Refused : Answer.Left;
            }
        }
    }

    public interface IPlacing
    {
        [UnitOfWork]
        Task<string> PlaceAsync(string item, bool fails);
    }

    /// <summary>Takes its time when its scope ends.</summary>
    public sealed class LateScope : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Task.Delay(Random.Shared.Next(10));
    }

    public sealed class Lines(ShopContext db)
    {
        public async Task AddAsync(string item)
        {
            db.Orders.Add(new Order { Item = $"{item}-line" });
            await db.SaveChangesAsync();
        }
    }

    public sealed class Placing(ShopContext db, Lines lines, LateScope late) : IPlacing
    {
        public async Task<string> PlaceAsync(string item, bool fails)
        {
            await lines.AddAsync(item);
            db.Orders.Add(new Order { Item = item });
            await db.SaveChangesAsync();
            if (fails)
                throw new OutOfStockException();
            return late.GetType().Name;
        }
    }
}
