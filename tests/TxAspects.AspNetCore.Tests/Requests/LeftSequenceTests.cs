using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>
/// Sequences that endpoints return, and clients that leave in the middle: no connection is kept, and nothing is an error.
/// </summary>
[TestClass]
public sealed class LeftSequenceTests : WebTests
{
    private const int Clients = 1000;

    [TestMethod]
    [DataRow(true, "/answer", Clients)]
    [DataRow(false, "/answer", Clients)]
    [DataRow(true, "/property", Clients)]
    [DataRow(false, "/property", Clients)]
    [DataRow(true, "/properties", Clients)]
    [DataRow(false, "/properties", Clients)]
    [DataRow(true, "/new", Clients)]
    [DataRow(true, "/rows", Clients)]
    [DataRow(true, "/rows/property", Clients)]
    public async Task Clients_that_leave_midway_leave_nothing_behind(bool middleware, string path, int clients)
    {
        await using var few = Master.Create(name: "few", configure: settings => (settings.MaxPoolSize, settings.Timeout) = (4, 10));
        await StartAsync(middleware, few);

        await Parallel.ForEachAsync(Enumerable.Range(0, clients), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (_, _) =>
        {
            using var request = await RawRequest.SendAsync(App.Address, path);
            await request.ReadUntilAsync("xxx");
            request.Abort();
        });

        await Master.WaitForNoBackendAsync("state LIKE 'idle in transaction%'");
        await AssertAnswerAsync(200, "/short");
        await App.DisposeAsync();
        if (middleware && path != "/new")
            Assert.IsGreaterThan(clients / 2, App.Outcomes.Count(one => one.State is UnitOfWorkState.RolledBack));
        var errors = App.Log.Messages.Where(message => message.Level >= LogLevel.Error).Take(3);
        Assert.AreEqual("", string.Join('\n', errors.Select(message => $"{message.Text} {message.Exception}")));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Sequences_as_properties_come_whole(bool middleware)
    {
        await StartAsync(middleware, Connect);

        Assert.AreEqual("{\"first\":[\"x\",\"x\",\"x\"],\"second\":[\"x\",\"x\",\"x\"]}", await App.Client.GetStringAsync("/short"));
    }

    [TestMethod]
    public async Task Sequence_without_an_open_reader_keeps_the_unit_open_between_its_steps()
    {
        await StartAsync(middleware: true, Connect);

        var answer = await App.Client.GetStringAsync("/pages");

        Assert.AreEqual(20, answer.Split(new string('x', 10_000)).Length - 1);
        Assert.AreEqual(UnitOfWorkState.Committed, App.Outcomes.Single().State);
    }

    [TestMethod]
    public async Task Enumerator_that_an_endpoint_forgot_ends_with_its_request()
    {
        await StartAsync(middleware: true, Connect);

        await AssertAnswerAsync(200, "/forgotten");

        Assert.AreEqual(0, Master.ConnectionsLeased);
    }

    private Task StartAsync(bool middleware, DbConnect<ShopContext> connect) => StartRawAsync(app =>
    {
        app.UseExceptionHandler();
        if (middleware)
            app.UseTxAspects();
        app.MapGet("/answer", (ITexts texts, CancellationToken cancellationToken) => texts.ReadAsync(200, 5_000, cancellationToken));
        app.MapGet("/property", (ITexts texts) => new { All = texts.ReadAsync(200, 5_000) });
        app.MapGet("/properties", (ITexts texts) => new { First = texts.ReadAsync(3, 1), Second = texts.ReadAsync(200, 5_000) });
        app.MapGet("/rows", async () => Texts.Query(await Tx.SessionAsync(connect), 200, 5_000).AsAsyncEnumerable());
        app.MapGet("/rows/property", async () => new { All = Texts.Query(await Tx.SessionAsync(connect), 200, 5_000).AsAsyncEnumerable() });
        app.MapGet("/new", (ITexts texts) => new { All = texts.ReadApartAsync(200, 5_000) });
        app.MapGet("/short", (ITexts texts) => new { First = texts.ReadAsync(3, 1), Second = texts.ReadAsync(3, 1) });
        app.MapGet("/pages", (ITexts texts) => new { All = texts.ReadInPagesAsync(20, 10_000) });
        app.MapGet("/forgotten", async (ITexts texts) => await texts.ReadAsync(200, 5_000).GetAsyncEnumerator().MoveNextAsync());
    }, builder =>
    {
        builder.Services.AddSingleton(connect).AddScoped<ITexts, Texts>();

        // A client is in the middle sooner where less is on the way.
        builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = place =>
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(place);
            socket.SendBufferSize = 8192;
            return socket;
        });
    });

    public interface ITexts
    {
        [UnitOfWork]
        IAsyncEnumerable<string> ReadAsync(int count, int length, CancellationToken cancellationToken = default);

        [UnitOfWork]
        IAsyncEnumerable<string> ReadInPagesAsync(int count, int length, CancellationToken cancellationToken = default);

        [NewContext]
        IAsyncEnumerable<string> ReadApartAsync(int count, int length, CancellationToken cancellationToken = default);
    }

    public sealed class Texts(DbConnect<ShopContext> connect) : ITexts
    {
        public async IAsyncEnumerable<string> ReadAsync(
            int count, int length, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            var db = await Tx.SessionAsync(connect, cancellationToken);
            await foreach (var text in Query(db, count, length).AsAsyncEnumerable().WithCancellation(cancellationToken))
                yield return text;
        }

        public async IAsyncEnumerable<string> ReadInPagesAsync(
            int count, int length, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            for (var page = 0; page < count; page++)
            {
                await Task.Yield();
                var db = await Tx.SessionAsync(connect, cancellationToken);
                yield return (await Query(db, 1, length).ToListAsync(cancellationToken)).Single();
            }
        }

        public IAsyncEnumerable<string> ReadApartAsync(int count, int length, CancellationToken cancellationToken = default)
            => ReadAsync(count, length, cancellationToken);

        // Each row is made when it is read, so that the server never has all of them.
        public static IQueryable<string> Query(ShopContext db, int count, int length)
            => db.Database.SqlQuery<string>($"SELECT repeat('x', {length}) AS \"Value\" FROM generate_series(1, {count})");
    }
}
