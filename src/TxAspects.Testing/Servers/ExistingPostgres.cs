namespace TxAspects.Testing.Servers;

/// <summary>A server somebody else runs: used, and never stopped.</summary>
internal sealed class ExistingPostgres(string connectionString) : PostgresServer(connectionString)
{
    public override void Dispose()
    {
    }

    public override ValueTask DisposeAsync() => default;
}
