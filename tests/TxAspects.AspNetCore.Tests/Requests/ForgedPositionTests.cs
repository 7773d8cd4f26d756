using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TxAspects.Testing;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>A position cookie that this application did not tell changes nothing.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ForgedPositionTests : ClusterTests
{
    private const int Clients = 300;
    private const string Ledger = "ledger=0%2F1";

    private readonly List<WireMeter> _meters = [];

    [TestCleanup]
    public void StopMeters() => _meters.ForEach(meter => meter.Dispose());

    [TestMethod]
    [DataRow("shop=FFFFFFFF%2FFFFFFFFF")]
    [DataRow("shop=FFFFFFFF/FFFFFFFF")]
    [DataRow("CfDJ8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [DataRow("")]
    [DataRow("%00")]
    public async Task Request_with_it_sends_what_one_without_sends(string forged)
    {
        await using var connect = ThroughMeters();
        await using var app = await StartAppAsync(connect);
        var honest = await CountAsync(() => RepeatAsync(app, cookie: null));

        Assert.AreEqual(honest, await CountAsync(() => RepeatAsync(app, $"position={forged}")));
        Assert.AreEqual(honest, await CountAsync(() => RepeatAsync(app, $"position={new string('A', 10_000)}")));
    }

    [TestMethod]
    public async Task Three_hundred_clients_with_it_cost_the_servers_what_three_hundred_without_do()
    {
        await using var connect = ThroughMeters();
        await using var app = await StartAppAsync(connect);
        await StormAsync(app, cookie: null);

        foreach (var round in Enumerable.Range(1, 3))
        {
            var without = await CountAsync(async () => Tell($"round {round}, without", await StormAsync(app, cookie: null)));
            var with = await CountAsync(
                async () => Tell($"round {round}, with", await StormAsync(app, "position=shop=FFFFFFFF%2FFFFFFFFF")));
            Assert.AreEqual(without, with);
        }
    }

    [TestMethod]
    public async Task Cookie_tells_neither_a_name_nor_a_position()
    {
        await using var app = await StartAppAsync(Connect);
        await InsertAsync(app);

        var cookie = await PostAsync(app);

        var position = app.Outcomes.Last(outcome => outcome.Position is not null).Position!;
        Assert.StartsWith("shop=", position);
        Assert.DoesNotContain("shop", cookie);
        Assert.DoesNotContain(position.Split('=')[1], cookie);
    }

    [TestMethod]
    public async Task Processes_that_share_their_keys_believe_each_other_and_others_do_not()
    {
        var keys = new EphemeralDataProtectionProvider();
        await using var ledger = PostgresConnect.CreateCluster<ShopContext>(
            ConnectionString, new() { Name = "ledger", ReadYourWrites = TimeSpan.Zero });
        await using var one = await StartAppAsync(ledger, keys);
        await using var other = await StartAppAsync(Connect, keys);
        await using var stranger = await StartAppAsync(Connect);

        var cookie = await PostAsync(one);

        Assert.IsTrue(await BelievesAsync(other, cookie));
        Assert.IsFalse(await BelievesAsync(stranger, cookie));
    }

    [TestMethod]
    public async Task Cookie_that_was_signed_for_something_else_or_changed_or_is_too_old_is_not_believed()
    {
        var keys = new EphemeralDataProtectionProvider();
        await using var app = await StartAppAsync(Connect, keys);
        var own = keys.CreateProtector("TxAspects.AspNetCore.PositionCookie", "position").ToTimeLimitedDataProtector();
        var good = own.Protect(Ledger, TimeSpan.FromMinutes(1));

        foreach (var (what, text) in new[]
        {
            ("another purpose", keys.CreateProtector("SomethingElse").Protect(Ledger)),
            ("another cookie",
                keys.CreateProtector("TxAspects.AspNetCore.PositionCookie", "other").ToTimeLimitedDataProtector().Protect(Ledger)),
            ("changed", good[..^4] + "AAAA"),
            ("too old", own.Protect(Ledger, DateTimeOffset.UtcNow.AddSeconds(-1))),
        })
            Assert.IsFalse(await BelievesAsync(app, text), what);
        Assert.IsTrue(await BelievesAsync(app, good));
    }

    [TestMethod]
    public async Task Data_protection_that_fails_costs_the_cookie_and_not_the_request()
    {
        await using var app = await StartAppAsync(Connect, new FailingDataProtection());

        using var written = await app.Client.PostAsync("/", content: null);

        Assert.IsTrue(written.IsSuccessStatusCode);
        Assert.IsFalse(written.Headers.Contains("Set-Cookie"));
        StringAssert.Contains(
            app.Log.Messages.Single(message => message.Text.Contains("position", StringComparison.Ordinal)).Text, "CryptographicException");
        Assert.AreEqual("1", await app.Client.GetStringAsync("/"));
    }

    /// <summary>The cluster, with every server behind a meter.</summary>
    private DbConnect<ShopContext> ThroughMeters()
    {
        var settings = new NpgsqlConnectionStringBuilder(ConnectionString);
        foreach (var server in settings.Host!.Split(','))
        {
            var address = new NpgsqlConnectionStringBuilder(
                ConnectionString) { Host = server.Split(':')[0], Port = int.Parse(server.Split(':')[1], CultureInfo.InvariantCulture) };
            _meters.Add(new WireMeter(address.ConnectionString));
        }

        settings.Host = string.Join(',',
            _meters.Select(meter => new NpgsqlConnectionStringBuilder(meter.ConnectionString)).Select(one => $"{one.Host}:{one.Port}"));
        settings.HostRecheckSeconds = 3600;
        return PostgresConnect.CreateCluster<ShopContext>(
            settings.ConnectionString, new() { Name = "shop", ReadYourWrites = TimeSpan.FromSeconds(2) });
    }

    private async Task<int> CountAsync(Func<Task> body)
    {
        // What pools do after a first use is over by the second.
        await body();
        var before = (Statements: _meters.Sum(meter => meter.Statements), Connections: _meters.Sum(meter => meter.Connections));
        await body();
        Assert.AreEqual(before.Connections, _meters.Sum(meter => meter.Connections), "A connection was opened meanwhile, and its " +
            "statements would be counted.");
        return _meters.Sum(meter => meter.Statements) - before.Statements;
    }

    private void Tell(string what, double[] times)
    {
        Array.Sort(times);
        TestContext.WriteLine($"{what}: median {times[times.Length / 2]:0.0} ms, 95th percentile {times[times.Length * 95 / 100]:0.0} ms");
    }

    private static async Task RepeatAsync(TestApp app, string? cookie)
    {
        for (var request = 0; request < 10; request++)
            await GetAsync(app, cookie);
    }

    /// <summary>Three hundred clients at once, and as many honest ones beside them, whose times are told.</summary>
    private static async Task<double[]> StormAsync(TestApp app, string? cookie)
    {
        var storm = Enumerable.Range(0, Clients).Select(_ => GetAsync(app, cookie)).ToArray();
        var honest = await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            var watch = Stopwatch.StartNew();
            await GetAsync(app, cookie: null);
            return watch.Elapsed.TotalMilliseconds;
        }));
        await Task.WhenAll(storm);
        return honest;
    }

    private static async Task<string> GetAsync(TestApp app, string? cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        if (cookie is not null)
            request.Headers.Add("Cookie", cookie);
        using var response = await app.Client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>Whether a request goes on telling what this cookie says of a connect that is not its own.</summary>
    private static async Task<bool> BelievesAsync(TestApp app, string cookie)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = app.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/");
        request.Headers.Add("Cookie", $"position={cookie}");
        using var response = await client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return app.Outcomes[^1].Position!.Contains("ledger=", StringComparison.Ordinal);
    }

    private static async Task<string> PostAsync(TestApp app)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = app.Address };
        using var written = await client.PostAsync("/", content: null);
        return Uri.UnescapeDataString(written.Headers.GetValues("Set-Cookie").Single().Split(';')[0].Split('=', 2)[1]);
    }

    private static Task InsertAsync(TestApp app) => PostAsync(app);

    private static Task<TestApp> StartAppAsync(DbConnect<ShopContext> connect, IDataProtectionProvider? keys = null)
        => TestApp.StartAsync(
            app =>
            {
                app.MapPost("/", async () => { (await Tx.SessionAsync(connect)).Orders.Add(new Order { Item = "tea" }); });
                app.MapGet("/", async () =>
                    (await (await Tx.SessionAsync(connect)).Orders.CountAsync()).ToString(CultureInfo.InvariantCulture));
            },
            services =>
            {
                if (keys is not null)
                    services.AddSingleton(keys);
            },
            options =>
            {
                options.ReadOnlyGet = true;
                options.PositionCookie = "position";
            });
}
