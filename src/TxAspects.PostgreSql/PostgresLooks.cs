using System.Collections.Concurrent;
using System.Data.Common;
using Npgsql;
using TxAspects.Drivers;

namespace TxAspects.PostgreSql;

/// <summary>What is asked of a server to show what units wait for. The connections come from no pool, which may be what ran out.</summary>
/// <param name="make">Makes a builder for a host, with what the connect's own engine has.</param>
internal sealed class PostgresLooks(Func<string, NpgsqlDataSourceBuilder> make)
{
    // The zero stands for a prepared transaction, which has no process.
    private const string Waits = """
        SELECT DISTINCT waiting.pid, blocking.pid, activity.application_name, activity.state,
            extract(epoch FROM clock_timestamp() - activity.xact_start)::float8
        FROM unnest($1) AS waiting(pid)
        CROSS JOIN LATERAL unnest(pg_blocking_pids(waiting.pid)) AS blocking(pid)
        LEFT JOIN pg_stat_activity AS activity ON activity.pid = blocking.pid
        ORDER BY 1, 2
        """;

    private readonly ConcurrentDictionary<string, NpgsqlDataSource> _byHost = new();    // without a pool they hold nothing

    public async ValueTask<DbConnection> OpenAsync(DbDataSource engine, CancellationToken cancellationToken)
    {
        var host = new NpgsqlConnectionStringBuilder(engine.ConnectionString).Host ?? "";
        var source = _byHost.GetOrAdd(host, Make);
        return await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
    }

    public static async ValueTask<IReadOnlyList<LockWait>> FindLockWaitsAsync(
        NpgsqlConnection connection, IReadOnlyCollection<int> processes, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(Waits, connection);
        await using var made = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. processes] });
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var opened = reader.ConfigureAwait(false);
        var waits = new List<LockWait>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            waits.Add(new LockWait(
                reader.GetInt32(0), reader.GetInt32(1), Text(reader, 2), Text(reader, 3),
                reader.IsDBNull(4) ? null : TimeSpan.FromSeconds(reader.GetDouble(4))));
        }

        return waits;
    }

    private NpgsqlDataSource Make(string host)
    {
        var builder = make(host);
        builder.ConnectionStringBuilder.Pooling = false;
        return builder.Build();
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
