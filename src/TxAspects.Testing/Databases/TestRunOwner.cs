using System.Globalization;
using Npgsql;

namespace TxAspects.Testing.Databases;

/// <summary>Shows on the server that the databases of a run have an owner who lives: an open connection with its name.</summary>
internal sealed class TestRunOwner : IAsyncDisposable
{
    private const string Prefix = "txaspects_test_";
    private const string OwnName = $"^{Prefix}[0-9a-f]{{16}}_[0-9]+$";

    private readonly string _name;
    private readonly NpgsqlConnection _connection;
    private int _databases;

    private TestRunOwner(string name, NpgsqlConnection connection) => (_name, _connection) = (name, connection);

    public static async Task<TestRunOwner> StartAsync(PostgresServer server, CancellationToken cancellationToken)
    {
        var name = Prefix + Guid.NewGuid().ToString("n")[..16];
        var settings = new NpgsqlConnectionStringBuilder(
            server.ConnectionString) { ApplicationName = name, Pooling = false, KeepAlive = 30 };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return new TestRunOwner(name, connection);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A name that no other database has or gets.</summary>
    public string NextName() => $"{_name}_{Interlocked.Increment(ref _databases).ToString(CultureInfo.InvariantCulture)}";

    /// <summary>
    /// Drops the databases of runs that crashed: named as ours are, of our own role, without an owner who lives and without anybody in
    /// them.
    /// </summary>
    public async Task RemoveLeftOversAsync(CancellationToken cancellationToken)
    {
        foreach (var name in await FindLeftOversAsync(cancellationToken).ConfigureAwait(false))
        {
            // Without FORCE: who is in it, was not seen, and needs it.
            var command = new NpgsqlCommand($"DROP DATABASE IF EXISTS \"{name}\"", _connection);
            await using var _ = command.ConfigureAwait(false);
            try
            {
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException)
            {
                // In use, or another run is removing it. The next start tries again.
            }
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task<List<string>> FindLeftOversAsync(CancellationToken cancellationToken)
    {
        const string Sql =
            """
            SELECT datname FROM pg_database d
            WHERE datname ~ @name AND datdba = (SELECT oid FROM pg_roles WHERE rolname = current_user)
              AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.application_name = substring(d.datname FOR @length) OR a.datid = d.oid)
            """;
        var names = new List<string>();
        var command = new NpgsqlCommand(Sql, _connection);
        await using var _ = command.ConfigureAwait(false);
        command.Parameters.AddWithValue("name", OwnName);
        command.Parameters.AddWithValue("length", _name.Length);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            names.Add(reader.GetString(0));
        return names;
    }
}
