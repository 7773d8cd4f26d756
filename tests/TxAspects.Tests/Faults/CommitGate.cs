using Npgsql;

namespace TxAspects.Tests;

/// <summary>Holds every COMMIT that inserted an order, inside the server, until it is opened.</summary>
public sealed class CommitGate : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly NpgsqlConnection _holder;

    private CommitGate(TestDatabase database, NpgsqlConnection holder) => (_database, _holder) = (database, holder);

    public static async Task<CommitGate> CloseAsync(TestDatabase database)
    {
        await database.ExecuteAsync("""
            CREATE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER wait_at_commit AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_at_gate();
            """);
        var holder = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ConnectionString);
        await holder.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT pg_advisory_lock(1)", holder);
        await command.ExecuteNonQueryAsync();
        return new CommitGate(database, holder);
    }

    /// <summary>The server process whose COMMIT has arrived.</summary>
    public Task<int> WaitForCommitAsync() => _database.WaitForBackendAsync("wait_event = 'advisory'");

    public Task OpenAsync() => _holder.CloseAsync();

    public ValueTask DisposeAsync() => _holder.DisposeAsync();
}
