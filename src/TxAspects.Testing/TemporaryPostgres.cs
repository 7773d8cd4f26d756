using System.Diagnostics;
using System.Globalization;
using Npgsql;
using TxAspects.Testing.Servers;

namespace TxAspects.Testing;

/// <summary>A private PostgreSQL server on a port of its own, made from the machine's installed programs and gone afterwards.</summary>
/// <remarks>
/// <para>The first start runs 'initdb' (about a second); later ones copy what it made. Stopped and removed when disposed, and also
/// when this process ends in any way, <c>kill -9</c> included.</para>
/// <para>Defaults: fsync and full_page_writes off, max_connections 200, max_prepared_transactions 64, time zone UTC, encoding UTF-8
/// without a locale. It listens on 127.0.0.1 only, and whoever can log in on this machine can connect without a password: keep no
/// secrets in it. Started by root it runs as 'postgres', else as 'nobody'.</para>
/// <para>Tried on Linux; the ways for macOS and Windows are written but were not tried.</para>
/// </remarks>
public sealed class TemporaryPostgres : PostgresServer
{
    private readonly RunFolder _run;
    private readonly Guard _guard;
    private int _stopped;

    private TemporaryPostgres(RunFolder run, Guard guard, int port, string version) : base(ConnectionStringOf(port))
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

    internal static TemporaryPostgres Started(RunFolder run, Guard guard, int port, string version) => new(run, guard, port, version);

    /// <summary>Ends the server as a crash would, with <c>kill -9</c>. Its data is removed when it is disposed. Does nothing where it has ended already.</summary>
    public void Kill()
    {
        if (PostmasterFile.ReadProcessId(_run.Data) is not { } id)
            return;

        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
            process.WaitForExit();
        }
        catch (ArgumentException)
        {
            // It has ended.
        }
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

    private static string ConnectionStringOf(int port) => new NpgsqlConnectionStringBuilder
    {
        Host = LoopbackPort.Host,
        Port = port,
        Username = "postgres",
        Database = "postgres",
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    }.ConnectionString;
}
