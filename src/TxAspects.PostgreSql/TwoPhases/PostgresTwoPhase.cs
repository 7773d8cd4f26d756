using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using TxAspects.Drivers;
using TxAspects.PostgreSql;

namespace TxAspects;

/// <summary>Lets a PostgreSQL database take part in units with <see cref="CommitMode.TwoPhase"/>.</summary>
/// <remarks>
/// The server needs max_prepared_transactions above 0. Make the table for decisions in every such database:
/// <c>CREATE TABLE txaspects_decisions (id uuid PRIMARY KEY, committed boolean NOT NULL, at timestamptz NOT NULL DEFAULT now())</c>, with
/// INSERT, UPDATE, SELECT and DELETE granted. Delete nothing from it yourself: <see cref="PostgresTwoPhaseRecovery"/> does, when a row is
/// needed no more.
/// </remarks>
public sealed class PostgresTwoPhase : TwoPhase
{
    private readonly PostgresCommitMarkers _decisions = new() { Table = "txaspects_decisions" };

    /// <summary>The table for decisions, with its schema if it needs one. Default: txaspects_decisions.</summary>
    /// <exception cref="ArgumentException">It is no plain name, or two with a dot between them.</exception>
    public string Table
    {
        get => _decisions.Table;
        init => _decisions = new PostgresCommitMarkers { Table = value, Timeout = _decisions.Timeout };
    }

    /// <summary>
    /// How long to look for a decision whose connection was lost. Default: 30 seconds; then the outcome is unknown, and the recovery's to
    /// find out.
    /// </summary>
    public TimeSpan Timeout
    {
        get => _decisions.Timeout;
        init => _decisions = new PostgresCommitMarkers { Table = _decisions.Table, Timeout = value };
    }

    internal PostgresCommitMarkers Markers => _decisions;

    /// <inheritdoc/>
    protected override async ValueTask<TwoPhaseAnswer> AskAsync(string connectName, DbConnection connection, bool async)
    {
        var command = new NpgsqlCommand(
            "SELECT pg_current_xact_id_if_assigned() IS NOT NULL, current_setting('max_prepared_transactions')::int, " +
            $"to_regclass('{Table}') IS NOT NULL, {IdentityOf(connectName)}", (NpgsqlConnection)connection);
        await using var disposed = command.ConfigureAwait(false);
        if (!async)
        {
            // Disposed asynchronously it would wait for the end of the answer on another thread.
            using var read = command.ExecuteReader();
            read.Read();
            return AnswerOf(read);
        }

        var reader = await command.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        await using var closed = reader.ConfigureAwait(false);
        await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        return AnswerOf(reader);
    }

    /// <inheritdoc/>
    protected override string NameOf(string decidedIn, Guid id, int number) => new PreparedName(decidedIn, id, number).ToString();

    /// <inheritdoc/>
    // As with COMMIT, a savepoint goes before it that is refused in a failed transaction, which would be rolled back without a word. What
    // is prepared belongs to the role of that moment, and only that role may end it later, when the role that was set for the transaction
    // is gone. Deferred constraints are checked before, as the role that wrote.
    protected override async ValueTask<bool> PrepareAsync(DbTransaction transaction, string name, bool async)
    {
        var batch = new NpgsqlBatch((NpgsqlConnection)transaction.Connection!, (NpgsqlTransaction)transaction) { Timeout = 0 };
        await using var _ = batch.ConfigureAwait(false);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SAVEPOINT txaspects_commit"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SET CONSTRAINTS ALL IMMEDIATE"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SET LOCAL role TO DEFAULT"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"PREPARE TRANSACTION '{name}'"));
        using var watch = new CommitWatch(batch, commit: batch.BatchCommands.Count - 1);
        if (async)
            await batch.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
        else
            batch.ExecuteNonQuery();
        return !watch.WasCutShort;
    }

    /// <inheritdoc/>
    protected override void CommitPrepared(DbCommand command, string name) => command.CommandText = $"COMMIT PREPARED '{name}'";

    /// <inheritdoc/>
    protected override void RollbackPrepared(DbCommand command, string name) => command.CommandText = $"ROLLBACK PREPARED '{name}'";

    /// <inheritdoc/>
    protected override bool IsDecidedByOthers(Exception failure)
        => failure is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, TableName: { } table } &&
           table.Equals(Table.Split('.')[^1], StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    protected override bool IsEndedByOthers(Exception failure) => IsGoneOrBusy(failure);

    // Busy: somebody is ending it at this moment.
    internal static bool IsGoneOrBusy(Exception failure)
        => failure is PostgresException { SqlState: PostgresErrorCodes.UndefinedObject or PostgresErrorCodes.ObjectNotInPrerequisiteState };

    /// <summary>
    /// What the recovery asks of a database: its identity, whether it is a standby, the setting and the table that it needs.
    /// </summary>
    internal string RecoveryQuestionTo(DbConnect connect)
        => $"SELECT {IdentityOf(connect.Name)}, pg_is_in_recovery(), current_setting('max_prepared_transactions')::int, " +
           $"to_regclass('{Table}') IS NOT NULL";

    internal string? FindObstacle(int maxPrepared, bool hasTable) => (maxPrepared, hasTable) switch
    {
        (0, _) => "its server has max_prepared_transactions = 0 and so keeps no prepared transaction. Set it to at least " +
                  "max_connections, and restart the server.",
        (_, false) => $"it has no table '{Table}' for decisions. Create it in a migration, as docs/databases.md shows.",
        _ => null,
    };

    private TwoPhaseAnswer AnswerOf(NpgsqlDataReader reader)
        => reader.GetBoolean(0)
            ? new TwoPhaseAnswer(reader.GetString(3), FindObstacle(reader.GetInt32(1), hasTable: reader.GetBoolean(2)))
            : default;

    // What identifies the table in its server, a promoted standby has too; but so has a copy of the server, and only the connect's name
    // tells the two apart.
    private string IdentityOf(string connectName)
        => $"concat_ws('.', '{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(connectName)).AsSpan(0, 8))}', (SELECT " +
           "system_identifier FROM pg_control_system()), (SELECT oid FROM pg_database WHERE datname = current_database()), " +
           $"to_regclass('{Table}')::oid)";
}
