using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>A client that reads what it wrote, although its reads go to a standby that lags.</summary>
[TestClass]
[DoNotParallelize]
public sealed class PositionTests : ClusterTests
{
    [TestMethod]
    public async Task Client_with_the_cookie_sees_what_it_wrote_and_another_one_what_the_standby_has()
    {
        await PauseAsync();
        await using var impatient = PostgresConnect.CreateCluster<ShopContext>(
            ConnectionString, new() { ReadYourWrites = TimeSpan.FromMilliseconds(20) });
        await using var app = await StartAppAsync(
            impatient, async () => { (await Tx.SessionAsync(impatient)).Orders.Add(new Order { Item = "tea" }); });
        using var another = new HttpClient { BaseAddress = app.Address };

        using var written = await app.Client.PostAsync("/", content: null);
        using var read = await app.Client.GetAsync("/");

        StringAssert.Contains(written.Headers.GetValues("Set-Cookie").Single(), "httponly");
        Assert.AreEqual("1", await read.Content.ReadAsStringAsync());
        Assert.IsFalse(read.Headers.Contains("Set-Cookie"));
        Assert.AreEqual("0", await another.GetStringAsync("/"));
        await ResumeAsync();
    }

    [TestMethod]
    public async Task Client_sees_what_a_unit_inside_its_request_committed_by_itself()
    {
        await PauseAsync();
        await using var impatient = PostgresConnect.CreateCluster<ShopContext>(
            ConnectionString, new() { ReadYourWrites = TimeSpan.FromMilliseconds(20) });
        await using var app = await StartAppAsync(impatient, () => Tx.RunInNewContextAsync(() => InsertAsync(impatient)));

        using var written = await app.Client.PostAsync("/", content: null);

        Assert.AreEqual("1", await app.Client.GetStringAsync("/"));
        await ResumeAsync();
    }

    [TestMethod]
    public async Task Client_sees_it_too_where_its_request_was_refused_or_the_session_was_outside_units()
    {
        await PauseAsync();
        await using var impatient = PostgresConnect.CreateCluster<ShopContext>(
            ConnectionString, new() { ReadYourWrites = TimeSpan.FromMilliseconds(20) });
        await using var app = await StartAppAsync(impatient, async () =>
        {
            await Tx.NewAtomicSessionAsync(impatient, db => db.Orders.Add(new Order { Item = "tea" }).Context.SaveChangesAsync());
            return Results.Conflict();
        });

        using var written = await app.Client.PostAsync("/", content: null);

        Assert.AreEqual(HttpStatusCode.Conflict, written.StatusCode);
        Assert.AreEqual("1", await app.Client.GetStringAsync("/"));
        await ResumeAsync();
    }

    private static Task<TestApp> StartAppAsync(DbConnect<ShopContext> connect, Delegate post)
        => TestApp.StartAsync(
            app =>
            {
                app.MapPost("/", post);
                app.MapGet("/", async () => (await Tx.SessionAsync(connect)).Orders.Count().ToString(CultureInfo.InvariantCulture));
            },
            options: options =>
            {
                options.ReadOnlyGet = true;
                options.PositionCookie = "position";
            });

    private static async Task InsertAsync(DbConnect<ShopContext> connect)
        => (await Tx.SessionAsync(connect)).Orders.Add(new Order { Item = "tea" });

    private async Task PauseAsync()
    {
        foreach (var standby in Cluster.Standbys)
            await ExecuteAsync(standby, "SELECT pg_wal_replay_pause()");
    }

    private async Task ResumeAsync()
    {
        foreach (var standby in Cluster.Standbys)
            await ExecuteAsync(standby, "SELECT pg_wal_replay_resume()");
    }
}
