using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using TxAspects.Docs.Tests.Notes;

namespace TxAspects.Docs.Tests.HowTo;

/// <summary>docs/how-to/see-transactions-in-grafana.md, up to the endpoint that a collector has.</summary>
[TestClass]
public sealed class SeeTransactionsInGrafanaTests : NotesTests
{
    [TestMethod]
    public async Task Unit_and_command_arrive_at_the_endpoint_of_a_collector()
    {
        var received = new ConcurrentDictionary<string, string>();
        await using var collector = await StartCollectorAsync(received);

        var builder = Host.CreateApplicationBuilder();
        builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Urls.Single();
        builder.Configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        builder.AddTxAspects();
        builder.Services.AddTxConnect("notes", PostgresConnect.Create<NotesContext>, ConnectionString);
        builder.Services.AddScoped<INoteService, NoteService>();

        builder.Services.AddOpenTelemetry()
            .WithTracing(tracing => tracing.AddTxAspectsInstrumentation().AddNpgsql())
            .WithMetrics(metrics => metrics.AddTxAspectsInstrumentation())
            .UseOtlpExporter();

        using (var host = builder.Build())
        {
            await host.StartAsync();
            await using (var scope = host.Services.CreateAsyncScope())
                await scope.ServiceProvider.GetRequiredService<INoteService>().WriteAsync("hello");
            await host.StopAsync();
        }

        StringAssert.Contains(received["/v1/traces"], "NoteService.WriteAsync");
        StringAssert.Contains(received["/v1/traces"], "INSERT");
        StringAssert.Contains(received["/v1/metrics"], "txaspects.unit.commits");
    }

    private static async Task<WebApplication> StartCollectorAsync(ConcurrentDictionary<string, string> received)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var collector = builder.Build();
        collector.Urls.Add("http://127.0.0.1:0");
        collector.MapPost("/v1/{kind}", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            var text = Encoding.Latin1.GetString(body.ToArray());
            received.AddOrUpdate(request.Path, text, (_, before) => before + text);
        });
        await collector.StartAsync();
        return collector;
    }
}
