using System.Globalization;
using Npgsql;
using TxAspects.Testing.Servers;
using TxAspects.Testing.Servers.Folders;
using TxAspects.Testing.Servers.Processes;

namespace TxAspects.Testing;

/// <summary>A private PostgreSQL server on a port of its own, made from the machine's installed programs and gone afterwards.</summary>
/// <remarks>
/// <para>The first start runs 'initdb' (about a second); later ones copy what it made. Stopped and removed when disposed, and also
/// when this process ends in any way, <c>kill -9</c> included.</para>
/// <para>Defaults: fsync and full_page_writes off, max_connections 200, max_prepared_transactions 64, time zone UTC, encoding UTF-8
/// without a locale. It listens on 127.0.0.1 only, with a password of its own that its connection string has. It gets no variable of
/// this process's environment but the search paths. Started by root it runs as 'postgres', else as 'nobody', and only its data directory
/// belongs to that account.</para>
/// <para>Tried on Linux; the ways for macOS and Windows are written but were not tried.</para>
/// </remarks>
public sealed class TemporaryPostgres : PostgresServer
{
    private readonly RunFolder _run;
    private readonly Guard _guard;
    private int _stopped;

    private TemporaryPostgres(RunFolder run, Guard guard, int port, string version, string password) : base(
        ConnectionStringOf(port, password))
        => (_run, _guard, Port, ServerVersion) = (run, guard, port, version);

    /// <summary>Always 127.0.0.1.</summary>
    public string Host => LoopbackPort.Host;

    /// <summary>The port, different for every server.</summary>
    public int Port { get; }

    /// <summary>The version of the installed server, such as 15.18.</summary>
    public string ServerVersion { get; }

    /// <summary>Starts a server and returns when it accepts connections.</summary>
    /// <exception cref="PostgresNotFoundException">No PostgreSQL is installed where it is looked for.</exception>
    /// <exception cref="PostgresStartException">
    /// The server did not start, or not within <see cref="TemporaryPostgresOptions.StartTimeout"/>.
    /// </exception>
    public static async Task<TemporaryPostgres> StartAsync(
        TemporaryPostgresOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new TemporaryPostgresOptions();
        var binaries = PostgresBinaries.Find(options.BinariesFolder);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.StartTimeout);
        try
        {
            return await new ServerStart(options, binaries, LoopbackPort.Pick).RunAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PostgresStartException(
                $"It was not ready within {options.StartTimeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} seconds.",
                $"Set {nameof(TemporaryPostgresOptions.StartTimeout)} if the machine is slow.", "");
        }
    }

    internal static TemporaryPostgres Started(RunFolder run, Guard guard, int port, string version, string password)
        => new(run, guard, port, version, password);

    /// <summary>
    /// Ends the server as a crash would, with <c>kill -9</c>. Its data is removed when it is disposed. Does nothing where it has ended
    /// already.
    /// </summary>
    public void Kill()
    {
        if (!IsDisposed)
            _guard.Kill();
    }

    /// <summary>Stops the server at once, open transactions and all, and removes its data. Further calls do nothing.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (!BeginStop())
            return;
        await _guard.StopAsync().ConfigureAwait(false);
        _run.Dispose();
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public override void Dispose()
    {
        if (!BeginStop())
            return;
        _guard.Stop();
        _run.Dispose();
    }

    private bool BeginStop()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 1)
            return false;
        IsDisposed = true;

        // Another server may get this port later; no pooled connection must be left from this one.
        using var connection = new NpgsqlConnection(ConnectionString);
        NpgsqlConnection.ClearPool(connection);
        return true;
    }

    private static string ConnectionStringOf(int port, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = LoopbackPort.Host,
        Port = port,
        Username = "postgres",
        Password = password,

        // Whoever has the port after the server's end is not told the password.
        RequireAuth = "ScramSHA256",
        Database = "postgres",
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    }.ConnectionString;
}
