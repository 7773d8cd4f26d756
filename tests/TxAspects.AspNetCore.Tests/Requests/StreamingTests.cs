using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>Responses that take long: an open reader is not cut, and otherwise the unit ends before the first byte.</summary>
[TestClass]
public sealed class StreamingTests : WebTests
{
    private const int Rows = 2000;

    [TestMethod]
    [DataRow("/minimal")]
    [DataRow("/controller")]
    public async Task Rows_that_are_streamed_as_json_come_whole(string path)
    {
        await FillAsync();
        await StartAsync(app =>
        {
            app.MapGet("/minimal", async () => (await Tx.SessionAsync(Connect)).Orders.OrderBy(order => order.Id).AsAsyncEnumerable());
            app.MapControllers();
        }, services => services.AddSingleton(Connect).AddControllers().AddApplicationPart(typeof(RowsController).Assembly));

        var items = await App.Client.GetStringAsync(path);

        StringAssert.Contains(items, $"\"row {Rows}\"");
        Assert.AreEqual(UnitOfWorkState.Committed, App.Outcomes.Single().State);
    }

    [TestMethod]
    public async Task Rows_that_a_service_streams_in_the_unit_come_whole()
    {
        await FillAsync();
        await StartAsync(
            app => app.MapGet("/", async (IRows rows) =>
            {
                await InsertAsync("tea");
                return rows.ReadAsync();
            }),
            services => services.AddSingleton(Connect).AddScoped<IRows, StoredRows>());

        StringAssert.Contains(await App.Client.GetStringAsync("/"), $"\"row {Rows}\"");

        Assert.AreEqual(1, await Master.CountAsync("tea"));
        Assert.HasCount(1, App.Outcomes);
    }

    [TestMethod]
    public async Task Failure_after_the_first_byte_cuts_the_answer_off_and_rolls_back()
    {
        await FillAsync();
        await StartAsync(app => app.MapGet("/", async () =>
        {
            await InsertAsync("tea");
            return FailAtTheEndAsync();
        }));
        using var request = await RawRequest.SendAsync(App.Address, "/");

        var answer = await request.ReadToEndAsync();

        StringAssert.StartsWith(answer, "HTTP/1.1 200 OK");
        Assert.IsFalse(answer.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal), "The answer looks complete.");
        Assert.AreEqual(0, await Master.CountAsync("tea"));
        Assert.IsInstanceOfType<OutOfStockException>(App.Outcomes.Single().Cause);
    }

    [TestMethod]
    public async Task Commit_that_fails_after_the_first_byte_cuts_the_answer_off()
    {
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity, slot) VALUES ('first', 1, 7)");
        await StartAsync(app => app.MapGet("/", async (HttpResponse response) =>
        {
            (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = "second", Slot = 7 });
            await response.WriteAsync("done");
            await response.Body.FlushAsync();
        }).WithUnitOfWork(unit => unit.EndsAt = UnitEnd.EndOfResponse));
        using var request = await RawRequest.SendAsync(App.Address, "/");

        var answer = await request.ReadToEndAsync();

        StringAssert.Contains(answer, "done");
        Assert.IsFalse(answer.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal), "The answer looks complete.");
        Assert.AreEqual("first", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Connection_is_given_back_before_a_client_that_reads_slowly_has_read()
    {
        var goOn = new TaskCompletionSource();
        await StartAsync(app => app.MapGet("/", async (HttpResponse response) =>
        {
            await InsertAsync("tea");
            await response.WriteAsync("first");
            await response.Body.FlushAsync();
            await goOn.Task;
            await response.WriteAsync("last");
        }));
        using var request = await RawRequest.SendAsync(App.Address, "/");
        await request.ReadUntilAsync("first");

        Assert.AreEqual(0, Master.ConnectionsLeased);
        Assert.AreEqual("tea", await Master.ItemsAsync());
        goOn.SetResult();
        await request.ReadUntilAsync("last");
    }

    [TestMethod]
    public async Task Unit_ends_at_the_first_write_that_finds_no_reader_open()
    {
        await FillAsync();
        var goOn = new TaskCompletionSource();
        UnitOfWorkState? whileReading = null;
        await StartAsync(app => app.MapGet("/", async (HttpResponse response) =>
        {
            await InsertAsync("tea");
            var unit = Tx.Current!;
            await foreach (var order in (await Tx.SessionAsync(Connect)).Orders.AsNoTracking().AsAsyncEnumerable())
            {
                await response.WriteAsync(order.Item);
                whileReading ??= unit.State;
            }

            await response.WriteAsync("all");
            await response.Body.FlushAsync();
            await goOn.Task;
        }));
        using var request = await RawRequest.SendAsync(App.Address, "/");
        await request.ReadUntilAsync("all");

        Assert.AreEqual(UnitOfWorkState.Open, whileReading);
        Assert.AreEqual(0, Master.ConnectionsLeased);
        Assert.AreEqual(1, await Master.CountAsync("tea"));
        goOn.SetResult();
    }

    [TestMethod]
    public async Task Endpoint_can_ask_for_the_unit_to_stay_open_until_the_response_has_ended()
    {
        await StartAsync(app => app.MapGet("/", async (HttpResponse response) =>
        {
            foreach (var item in new[] { "one", "two", "three" })
            {
                await InsertAsync(item);
                await response.WriteAsync(item);
                await response.Body.FlushAsync();
            }
        }).WithUnitOfWork(unit => unit.EndsAt = UnitEnd.EndOfResponse));

        Assert.AreEqual("onetwothree", await App.Client.GetStringAsync("/"));
        Assert.AreEqual("one,three,two", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Reader_that_was_forgotten_is_an_error_rather_than_a_commit()
    {
        await FillAsync();
        await StartAsync(app => app.MapGet("/", async () =>
        {
            await InsertAsync("tea");
            var rows = (await Tx.SessionAsync(Connect)).Orders.AsNoTracking().AsAsyncEnumerable().GetAsyncEnumerator();
            await rows.MoveNextAsync();
        }));

        await AssertAnswerAsync(500, "/");

        Assert.AreEqual(0, await Master.CountAsync("tea"));
        Assert.IsInstanceOfType<SessionInUseException>(App.Outcomes.Single().Cause);
    }

    [TestMethod]
    public async Task Server_sent_events_do_not_hold_the_unit()
    {
        var events = System.Threading.Channels.Channel.CreateUnbounded<string>();
        await StartAsync(app => app.MapGet("/", async () =>
        {
            await InsertAsync("tea");
            return TypedResults.ServerSentEvents(events.Reader.ReadAllAsync());
        }));
        using var request = await RawRequest.SendAsync(App.Address, "/");
        events.Writer.TryWrite("hello");
        await request.ReadUntilAsync("hello");

        Assert.AreEqual(0, Master.ConnectionsLeased);
        Assert.AreEqual("tea", await Master.ItemsAsync());
        events.Writer.Complete();
    }

    private Task FillAsync()
        => Master.ExecuteAsync($"INSERT INTO orders (item, quantity) SELECT 'row ' || n, 1 FROM generate_series(1, {Rows}) n");

    private async IAsyncEnumerable<Order> FailAtTheEndAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var order in (await Tx.SessionAsync(Connect, cancellationToken)).Orders.AsNoTracking().AsAsyncEnumerable()
            .WithCancellation(cancellationToken))
            yield return order;
        throw new OutOfStockException();
    }

    public interface IRows
    {
        [UnitOfWork]
        IAsyncEnumerable<string> ReadAsync(CancellationToken cancellationToken = default);
    }

    public sealed class StoredRows(DbConnect<ShopContext> connect) : IRows
    {
        public async IAsyncEnumerable<string> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            var db = await Tx.SessionAsync(connect, cancellationToken);
            await foreach (var order in db.Orders.AsNoTracking().OrderBy(order => order.Id).AsAsyncEnumerable()
                .WithCancellation(cancellationToken))
                yield return order.Item;
        }
    }
}

/// <summary>Streams from a controller.</summary>
[ApiController]
public sealed class RowsController(DbConnect<ShopContext> connect) : ControllerBase
{
    [HttpGet("/controller")]
    public async Task<IAsyncEnumerable<Order>> GetAsync()
        => (await Tx.SessionAsync(connect)).Orders.OrderBy(order => order.Id).AsAsyncEnumerable();
}
