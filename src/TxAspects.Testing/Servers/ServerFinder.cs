namespace TxAspects.Testing.Servers;

/// <summary>Which server tests run against.</summary>
internal static class ServerFinder
{
    public static async Task<PostgresServer> FindOrStartAsync(TemporaryPostgresOptions? options, CancellationToken cancellationToken)
    {
        var existing = Environment.GetEnvironmentVariable(PostgresServer.ConnectionVariable);
        return string.IsNullOrWhiteSpace(existing)
            ? await TemporaryPostgres.StartAsync(options, cancellationToken).ConfigureAwait(false)
            : At(existing, $"The value of {PostgresServer.ConnectionVariable}");
    }

    public static PostgresServer At(string connectionString, string origin)
        => new ExistingPostgres(ConnectionText.Read(connectionString, origin).ConnectionString);
}
