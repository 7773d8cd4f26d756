using Microsoft.AspNetCore.Builder;
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
        foreach (var standby in Cluster.Standbys)
            await ExecuteAsync(standby, "SELECT pg_wal_replay_pause()");
        await using var impatient = PostgresConnect.CreateCluster<ShopContext>(ConnectionString, readYourWrites: TimeSpan.FromMilliseconds(20));
        await using var app = await TestApp.StartAsync(
            app =>
            {
                app.MapPost("/", async () => { (await Tx.SessionAsync(impatient)).Orders.Add(new Order { Item = "tea" }); });
                app.MapGet("/", async () => (await Tx.SessionAsync(impatient)).Orders.Count().ToString(System.Globalization.CultureInfo.InvariantCulture));
            },
            options: options =>
            {
                options.ReadOnlyGet = true;
                options.PositionCookie = "position";
            });

        using var another = new HttpClient { BaseAddress = app.Address };

        using var written = await app.Client.PostAsync("/", content: null);
        using var read = await app.Client.GetAsync("/");

        StringAssert.Contains(written.Headers.GetValues("Set-Cookie").Single(), "httponly");
        Assert.AreEqual("1", await read.Content.ReadAsStringAsync());
        Assert.IsFalse(read.Headers.Contains("Set-Cookie"));
        Assert.AreEqual("0", await another.GetStringAsync("/"));
        foreach (var standby in Cluster.Standbys)
            await ExecuteAsync(standby, "SELECT pg_wal_replay_resume()");
    }
}
