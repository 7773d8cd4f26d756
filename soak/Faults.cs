using Npgsql;

namespace TxAspects.Soak;

/// <summary>Ends and cancels what the workers' connections do, over a connection of its own.</summary>
public sealed class Faults(NpgsqlDataSource observer, Figures figures, int seed)
{
    public async Task RunAsync(CancellationToken stop)
    {
        var random = new Random(seed);
        while (!stop.IsCancellationRequested)
        {
            var terminates = random.Next(2) == 0;
            await using var command = observer.CreateCommand(
                $"""
                SELECT count(pg_{(terminates ? "terminate" : "cancel")}_backend(pid)) FROM (
                    SELECT pid FROM pg_stat_activity
                    WHERE datname = current_database() AND application_name = 'soak' AND ({random.Next(2)} = 0 OR state <> 'idle')
                    ORDER BY query LIKE '%COMMIT%' AND state = 'active' DESC, random() LIMIT 1) one
                """);
            if ((long)(await command.ExecuteScalarAsync(CancellationToken.None))! > 0)
                figures.Count(terminates ? "faults: backend terminated" : "faults: backend cancelled");
            await Task.Delay(random.Next(10, 120), CancellationToken.None);
        }
    }
}
