using System.Data;
using System.Data.Common;
using System.Globalization;
using Npgsql;
using TxAspects.Drivers;
using TxAspects.PostgreSql;
using TxAspects.PostgreSql.Saves;

namespace TxAspects;

/// <summary>
/// What the library knows of PostgreSQL and Npgsql, for a connect that you make yourself. <c>PostgresConnect.Create</c> sets one.
/// </summary>
public sealed class PostgresDriver : DbDriver
{
    private static readonly ReadOnlyTransaction ReadAlone = new("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY", "COMMIT");

    /// <summary>
    /// Writes a row with every commit, and looks it up when the connection was lost meanwhile. Default: none; then such an outcome is
    /// <see cref="CommitOutcomeUnknownException"/>.
    /// </summary>
    public PostgresCommitMarkers? CommitMarkers { get; init; }

    /// <summary>
    /// Lets the database take part in units with <see cref="CommitMode.TwoPhase"/>. Default: none; then such a unit may write to this
    /// database alone.
    /// </summary>
    public PostgresTwoPhase? TwoPhaseCommit { get; init; }

    /// <summary>
    /// Whether the last save of a unit takes the commit along, as <c>PostgresConnectOptions.CommitWithSave</c> says. Default: null.
    /// </summary>
    public bool? CommitsWithSave { get; init; }

    internal PostgresCluster? Servers { get; init; }

    /// <summary>Makes connections for who only looks; null for a connect that was made by hand.</summary>
    internal PostgresLooks? Looks { get; init; }

    /// <summary>Whether the process numbers that connections tell are a pooler's and not the server's.</summary>
    internal bool IsThroughPooler { get; init; }

    /// <inheritdoc/>
    protected override string ReadOnlySql => "SET TRANSACTION READ ONLY";

    /// <inheritdoc/>
    protected override ReadOnlyTransaction LoneQuery => ReadAlone;

    /// <inheritdoc/>
    protected override bool RunsStatementsTogether => true;

    /// <inheritdoc/>
    protected override string StartOverSql => "ROLLBACK AND CHAIN";

    /// <inheritdoc/>
    protected override string CheckSql => "SELECT 1";

    /// <inheritdoc/>
    protected override bool AllowsCommandWhileReading => false;

    /// <inheritdoc/>
    protected override bool ClosesRefusedConnection => true;

    /// <inheritdoc/>
    // Half of the subtransactions that a server process keeps at hand: beyond, every snapshot gets slower.
    protected override int? ManySavepoints => 32;

    /// <inheritdoc/>
    protected override TwoPhase? TwoPhase => TwoPhaseCommit;

    /// <inheritdoc/>
    protected override string TwoPhaseObstacle
        => "its option TwoPhase is not set. Give PostgresConnect.Create a PostgresTwoPhase, as docs/databases.md shows.";

    /// <inheritdoc/>
    protected override DbCluster? Cluster => Servers;

    /// <inheritdoc/>
    protected override DbVariables Variables => PostgresVariables.Instance;

    /// <inheritdoc/>
    protected override CommitWithSave? CommitWithSave => field ??= PostgresCommitWithSave.Make(CommitsWithSave, CommitMarkers);

    /// <inheritdoc/>
    protected override string LimitStatementsSql(TimeSpan time)
        => string.Create(CultureInfo.InvariantCulture, $"SET LOCAL statement_timeout = " +
                                                       $"{Math.Clamp((long)Math.Ceiling(time.TotalMilliseconds), 1, int.MaxValue)}");

    /// <inheritdoc/>
    protected override bool IsTransient(Exception failure) => base.IsTransient(failure) || PostgresFailures.IsTransient(failure);

    /// <inheritdoc/>
    protected override bool IsPoolExhausted(Exception failure) => PostgresFailures.IsPoolExhausted(failure);

    /// <inheritdoc/>
    // What is refused because the connection is busy was not sent, and neither was what a parameter's conversion refused.
    protected override bool FailsTransaction(Exception failure)
        => !IsConnectionBusy(failure) && (failure is NpgsqlException || failure.InnerException is NpgsqlException);

    /// <inheritdoc/>
    protected override bool IsConnectionBusy(Exception failure) => failure is NpgsqlOperationInProgressException;

    /// <inheritdoc/>
    protected override bool IsOver(DbTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        try
        {
            // Npgsql knows the state of the transaction from the server's last answer, and refuses this when it is over.
            _ = transaction.IsolationLevel;
            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    /// <inheritdoc/>
    protected override bool IsExecuting(DbConnection connection)
        => connection is NpgsqlConnection npgsql && npgsql.FullState.HasFlag(ConnectionState.Executing);

    /// <inheritdoc/>
    protected override long? FindConnectionId(DbConnection connection)
        => connection is NpgsqlConnection { State: ConnectionState.Open } npgsql ? npgsql.ProcessID : null;

    /// <inheritdoc/>
    protected override bool IsConnectionLost(Exception failure) => PostgresFailures.IsConnectionLost(failure);

    /// <inheritdoc/>
    protected override void ForgetIdle(DbDataSource engine) => (engine as NpgsqlDataSource)?.Clear();

    /// <inheritdoc/>
    protected override bool IsTransactionFailed(Exception failure)
        => failure is PostgresException { SqlState: PostgresErrorCodes.InFailedSqlTransaction };

    /// <inheritdoc/>
    protected override bool IsReadOnlyViolation(Exception failure)
        => failure is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction };

    /// <inheritdoc/>
    protected override bool IsCancellation(Exception failure)
        => failure is OperationCanceledException or TimeoutException or PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } ||
           failure is NpgsqlException { InnerException: TimeoutException };

    /// <inheritdoc/>
    protected override bool IsLockTimeout(Exception failure)
        => failure is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    /// <inheritdoc/>
    protected override int? FindServerProcess(DbConnection connection)
        => connection is NpgsqlConnection { FullState: not ConnectionState.Closed } npgsql && !IsThroughPooler ? npgsql.ProcessID : null;

    /// <inheritdoc/>
    protected override int? FindPoolSize(DbDataSource engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        var settings = new NpgsqlConnectionStringBuilder(engine.ConnectionString);
        return settings.Pooling ? settings.MaxPoolSize : null;
    }

    /// <inheritdoc/>
    protected override ValueTask<DbConnection> OpenToLookAsync(DbDataSource engine, CancellationToken cancellationToken)
        => Looks?.OpenAsync(engine, cancellationToken) ?? base.OpenToLookAsync(engine, cancellationToken);

    /// <inheritdoc/>
    protected override ValueTask<IReadOnlyList<LockWait>> FindLockWaitsAsync(
        DbConnection connection, IReadOnlyCollection<int> processes, CancellationToken cancellationToken)
        => PostgresLooks.FindLockWaitsAsync((NpgsqlConnection)connection, processes, cancellationToken);

    /// <inheritdoc/>
    protected override ValueTask<CommitAnswer> CommitAsync(CommitRequest request, bool async)
    {
        ArgumentNullException.ThrowIfNull(request);
        var markers = request.Decision is not null ? TwoPhaseCommit!.Markers : request.MayHaveWritten ? CommitMarkers : null;
        return new PostgresCommit(request, markers).RunAsync(async);
    }
}
