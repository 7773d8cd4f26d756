using System.Diagnostics.Metrics;
using Npgsql;

namespace TxAspects.Testing.Databases;

/// <summary>What is still going on in a database.</summary>
internal static class OpenWork
{
    public static async Task<List<string>> FindAsync(PostgresServer server, string database, CancellationToken cancellationToken)
    {
        var findings = new List<string>();
        var leased = CountLeased(database);
        if (leased > 0)
            findings.Add($"{leased} connection(s) to '{database}' were taken from their pool and not given back. Dispose the session, or " +
                         "close what was opened by hand.");

        const string Sql =
            "SELECT state, count(*) FROM pg_stat_activity WHERE datname = @database AND state <> 'idle' AND backend_type = 'client " +
            "backend' GROUP BY state ORDER BY state";
        var connection = new NpgsqlConnection(server.ConnectionString);
        await using var _ = connection.ConfigureAwait(false);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        var command = new NpgsqlCommand(Sql, connection);
        await using var __ = command.ConfigureAwait(false);
        command.Parameters.AddWithValue("database", database);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var ___ = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            findings.Add($"{reader.GetInt64(1)} connection(s) to '{database}' are '{reader.GetString(0)}' on the server. End the unit, " +
                         "or dispose the session or the reader.");
        return findings;
    }

    /// <summary>Connections of pools whose connection string names the database.</summary>
    private static int CountLeased(string database)
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
            if (IsUsed(tags) && Names(tags, database))
                used += value;
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return used;
    }

    private static bool IsUsed(ReadOnlySpan<KeyValuePair<string, object?>> tags) => Find(tags, "db.client.connection.state") is "used";

    private static bool Names(ReadOnlySpan<KeyValuePair<string, object?>> tags, string database)
        => Find(tags, "db.client.connection.pool.name") is { } pool && pool.Split(';').Contains($"Database={database}");

    private static string? Find(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == name)
                return tag.Value as string;
        }

        return null;
    }
}
