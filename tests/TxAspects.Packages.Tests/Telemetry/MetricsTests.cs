using OpenTelemetry;
using OpenTelemetry.Metrics;
using TxAspects.Packages.Tests.Shop;

namespace TxAspects.Packages.Tests.Telemetry;

/// <summary>The instruments of TxAspects in OpenTelemetry's own SDK.</summary>
[TestClass]
public sealed class MetricsTests : ShopTests
{
    private readonly List<Metric> _metrics = [];

    [TestMethod]
    public async Task Units_are_counted_and_measured()
    {
        await using var shop = PostgresConnect.Create<ShopContext>(ConnectionString, "shop");
        using var provider = Sdk.CreateMeterProviderBuilder().AddTxAspectsInstrumentation().AddInMemoryExporter(_metrics).Build();
        await PlaceAsync(shop, "tea");
        await PlaceAsync(shop, "coffee");
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => PlaceAsync(shop, "nothing"));

        Assert.IsTrue(provider.ForceFlush());

        Assert.AreEqual(2, Points("txaspects.unit.commits", "{unit}").Single().GetSumLong());
        var rollback = Points("txaspects.unit.rollbacks", "{unit}").Single();
        Assert.AreEqual(1, rollback.GetSumLong());
        Assert.AreEqual("exception", Tag(rollback, "txaspects.rollback.cause"));
        Assert.AreEqual("System.InvalidOperationException", Tag(rollback, "error.type"));
        Assert.AreEqual(0, Points("txaspects.unit.open", "{unit}").Single().GetSumLong());
        var durations = Points("txaspects.unit.duration", "s");
        Assert.AreSequenceEqual(
            ["committed 2", "rolled_back 1"],
            durations.Select(point => $"{Tag(point, "txaspects.unit.outcome")} {point.GetHistogramCount()}").Order(StringComparer.Ordinal));
        Assert.IsTrue(durations.TrueForAll(point => Equals(Tag(point, "txaspects.unit.name"), "Orders.PlaceAsync")));
        Assert.AreEqual("tea, coffee", await ItemsAsync());
    }

    private static Task PlaceAsync(DbConnect<ShopContext> shop, string item)
        => Tx.RunAsync(() => new Orders(shop).PlaceAsync(item), new UnitOfWorkOptions { Name = "Orders.PlaceAsync" });

    private List<MetricPoint> Points(string name, string unit)
    {
        var metric = _metrics.Single(metric => metric.Name == name);
        Assert.AreEqual(unit, metric.Unit);
        Assert.AreEqual("TxAspects", metric.MeterName);

        List<MetricPoint> points = [];
        foreach (ref readonly var point in metric.GetMetricPoints())
            points.Add(point);
        return points;
    }

    private static object? Tag(MetricPoint point, string name)
    {
        foreach (var tag in point.Tags)
        {
            if (tag.Key == name)
                return tag.Value;
        }

        return null;
    }
}
