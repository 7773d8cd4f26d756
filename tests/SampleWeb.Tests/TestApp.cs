using System.Diagnostics.Metrics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Npgsql;
using SampleWeb.Database;
using SampleWeb.Ledger;
using SampleWeb.Runs;
using TxAspects.Testing;

namespace SampleWeb.Tests;

/// <summary>The application behind a real socket, and a client for it.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    private readonly WebApplication _app;
    private readonly TemporaryDatabase _database;

    private TestApp(WebApplication app, TemporaryDatabase database)
    {
        (_app, _database) = (app, database);
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Http { get; }

    public static async Task<TestApp> StartAsync(PostgresServer server)
    {
        var database = await TemporaryDatabase.CreateAsync(server);
        var app = await WebShop.CreateAsync(new WebShopOptions { ConnectionString = database.ConnectionString, Port = 0 });
        await app.StartAsync();
        return new TestApp(app, database);
    }

    /// <summary>Runs a workflow and reads what happened in it.</summary>
    public async Task<RunReport> RunAsync(string workflow)
    {
        using var answer = await Http.PostAsync($"/workflows/{workflow}", content: null);
        return await ReportAsync(answer.Headers.GetValues("Run-Id").Single());
    }

    public async Task<RunReport> ReportAsync(string run) => (await Http.GetFromJsonAsync<RunReport>($"/runs/{run}", Json))!;

    public async Task<LedgerFigures> LedgerAsync() => (await Http.GetFromJsonAsync<LedgerFigures>("/ledger", Json))!;

    /// <summary>Connections on which a transaction was forgotten.</summary>
    public async Task<long> CountIdleInTransactionAsync()
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Connections that are taken from the pool at this moment.</summary>
    public static int ConnectionsLeased()
    {
        var used = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument is { Meter.Name: "Npgsql", Name: "db.client.connection.count" })
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((_, value, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (tag is { Key: "db.client.connection.state", Value: "used" })
                    used += value;
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return used;
    }

    /// <summary>An answer is sent before the server is quite done with its request, and the worker has a queue.</summary>
    public static async Task AssertNothingIsLeasedAsync()
    {
        for (var attempt = 0; attempt < 500 && ConnectionsLeased() > 0; attempt++)
            await Task.Delay(10);
        Assert.AreEqual(0, ConnectionsLeased(), "A connection was not given back.");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Shop.Master.DisposeAsync();
        await _database.DisposeAsync();
    }
}
