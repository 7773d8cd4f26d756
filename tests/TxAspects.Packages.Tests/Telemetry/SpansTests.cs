using System.Diagnostics;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Trace;
using TxAspects.Packages.Tests.Shop;

namespace TxAspects.Packages.Tests.Telemetry;

/// <summary>Units in OpenTelemetry's own SDK, with the spans of Npgsql below them.</summary>
[TestClass]
public sealed class SpansTests : ShopTests
{
    private static readonly ActivitySource Requests = new("TxAspects.Packages.Tests");

    private readonly List<Activity> _spans = [];
    private DbConnect<ShopContext> _shop = null!;

    [TestInitialize]
    public void Connect() => _shop = PostgresConnect.Create<ShopContext>(ConnectionString, "shop");

    [TestCleanup]
    public async Task DisconnectAsync() => await _shop.DisposeAsync();

    [TestMethod]
    public async Task Commands_are_below_their_unit_and_the_unit_below_its_request()
    {
        ActivityContext request;
        using (var provider = Listen())
        {
            using var span = Requests.StartActivity("POST /orders", ActivityKind.Server)!;
            request = span.Context;
            await Tx.RunAsync(() => new Orders(_shop).PlaceAsync("tea"), new UnitOfWorkOptions { Name = "Orders.PlaceAsync" });
        }

        var unit = Single("Orders.PlaceAsync");
        Assert.AreEqual(request.SpanId, unit.ParentSpanId);
        Assert.AreEqual(request.TraceId, unit.TraceId);
        Assert.AreEqual("committed", unit.GetTagItem("txaspects.unit.outcome"));
        var commit = Single("commit");
        Assert.AreEqual(unit.SpanId, commit.ParentSpanId);

        var commands = Commands();
        Assert.IsNotEmpty(commands);
        Assert.IsTrue(commands.Exists(command => Text(command).Contains("INSERT", StringComparison.Ordinal)));
        foreach (var command in commands)
        {
            Assert.AreEqual(request.TraceId, command.TraceId);
            Assert.IsTrue(command.ParentSpanId == unit.SpanId || command.ParentSpanId == commit.SpanId, command.DisplayName);
        }

        var insert = commands.Single(command => Text(command).Contains("INSERT", StringComparison.Ordinal));
        Assert.AreEqual(unit.SpanId, insert.ParentSpanId);
        Assert.AreEqual("tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task Commands_of_a_new_context_are_below_that_one()
    {
        using (var provider = Listen())
        {
            await Tx.RunAsync(
                async () =>
                {
                    await new Orders(_shop).PlaceAsync("tea");
                    await Tx.RunInNewContextAsync(() => new Orders(_shop).PlaceAsync("audit"), new UnitOfWorkOptions { Name = "inner" });
                },
                new UnitOfWorkOptions { Name = "outer" });
        }

        Assert.AreEqual(Single("outer").SpanId, Single("inner").ParentSpanId);
        Assert.AreSequenceEqual(
            [Single("outer").SpanId, Single("inner").SpanId],
            Commands().Where(command => Text(command).Contains("INSERT", StringComparison.Ordinal)).Select(insert => insert.ParentSpanId));
    }

    [TestMethod]
    public async Task Failure_is_an_error_of_the_unit()
    {
        using (var provider = Listen())
        {
            await Assert.ThrowsExactlyAsync<InvalidOperationException>(
                () => Tx.RunAsync(() => new Orders(_shop).PlaceAsync("nothing"), new UnitOfWorkOptions { Name = "Orders.PlaceAsync" }));
        }

        var unit = Single("Orders.PlaceAsync");
        Assert.AreEqual(ActivityStatusCode.Error, unit.Status);
        Assert.AreEqual("System.InvalidOperationException", unit.GetTagItem("error.type"));
        Assert.AreEqual("rolled_back", unit.GetTagItem("txaspects.unit.outcome"));
        Assert.AreEqual("", await ItemsAsync());
    }

    [TestMethod]
    public async Task Without_the_line_there_is_no_span_of_a_unit()
    {
        using (var provider = Sdk.CreateTracerProviderBuilder().AddNpgsql().AddInMemoryExporter(_spans).Build())
            await Tx.RunAsync(() => new Orders(_shop).PlaceAsync("tea"));

        Assert.IsNotEmpty(Commands());
        Assert.IsFalse(_spans.Exists(span => span.Source.Name == "TxAspects"));
    }

    private TracerProvider Listen()
        => Sdk.CreateTracerProviderBuilder()
            .AddSource(Requests.Name)
            .AddTxAspectsInstrumentation()
            .AddNpgsql()
            .AddInMemoryExporter(_spans)
            .Build();

    private Activity Single(string name) => _spans.Single(span => span.DisplayName == name && span.Source.Name == "TxAspects");

    private List<Activity> Commands() => _spans.FindAll(span => span.Source.Name == "Npgsql" && Text(span).Length > 0);

    private static string Text(Activity command) => command.GetTagItem("db.query.text") as string ?? "";
}
