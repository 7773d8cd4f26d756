using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using TxAspects.Packages.Tests.Shop;

namespace TxAspects.Packages.Tests.Readmes;

/// <summary>The example of TxAspects.OpenTelemetry, which docs/observability.md has as well.</summary>
[TestClass]
public sealed class OpenTelemetryExampleTests : ShopTests
{
    [TestMethod]
    public async Task Both_lines()
    {
        List<Activity> spans = [];
        List<Metric> metrics = [];
        await using var shop = PostgresConnect.Create<ShopContext>(ConnectionString, "shop");
        var services = new ServiceCollection();
        services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddInMemoryExporter(spans));
        services.ConfigureOpenTelemetryMeterProvider(metering => metering.AddInMemoryExporter(metrics));

        services.AddOpenTelemetry()
            .WithTracing(tracing => tracing.AddTxAspectsInstrumentation().AddNpgsql())
            .WithMetrics(metrics => metrics.AddTxAspectsInstrumentation());

        await using (var provider = services.BuildServiceProvider())
        {
            provider.GetRequiredService<TracerProvider>();
            provider.GetRequiredService<MeterProvider>();
            await Tx.RunAsync(() => new Orders(shop).PlaceAsync("tea"));
        }

        Assert.IsTrue(spans.Exists(span => span.Source.Name == "TxAspects"));
        Assert.IsTrue(spans.Exists(span => span.Source.Name == "Npgsql"));
        Assert.IsTrue(metrics.Exists(metric => metric.Name == "txaspects.unit.commits"));
    }

    [TestMethod]
    public void Page_has_the_same_lines()
        => StringAssert.Contains(
            Repository.ReadText("docs", "observability.md"),
            """
            services.AddOpenTelemetry()
                .WithTracing(tracing => tracing.AddTxAspectsInstrumentation().AddNpgsql())
                .WithMetrics(metrics => metrics.AddTxAspectsInstrumentation());
            """.ReplaceLineEndings("\n"));
}
