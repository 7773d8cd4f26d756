using Npgsql;

namespace TxAspects.PostgreSql;

/// <summary>Hears the notice that a synchronous commit was cut short, and sees how far the batch of a commit came.</summary>
internal sealed class CommitWatch : IDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlBatchCommand _first;
    private readonly NpgsqlBatchCommand _commit;
    private readonly NoticeEventHandler _hear;

    /// <summary>Watches a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="commit">The place of the COMMIT, which comes after at least one other statement.</param>
    public CommitWatch(NpgsqlBatch batch, int commit)
    {
        _connection = batch.Connection!;
        _first = batch.BatchCommands[commit - 1];
        _commit = batch.BatchCommands[commit];
        _hear = Hear;
        _connection.Notice += _hear;
    }

    /// <summary>Whether the server reported success although it stopped waiting for its synchronous standby.</summary>
    public bool WasCutShort { get; private set; }

    /// <summary>
    /// Whether the server has answered the statement before COMMIT. Set by whoever reads its rows; otherwise its completion tells.
    /// </summary>
    public bool HasAnsweredFirst { get; set; }

    /// <summary>Whether the server has answered COMMIT, so that a failure can only be that of what came after it.</summary>
    public bool IsCommitted => HasRun(_commit);

    /// <summary>Whether a failure that took the connection along certainly came before COMMIT was carried out.</summary>
    // A pooler between here and the server answers with class 08 when it lost the server, whatever that did meanwhile.
    public bool IsRolledBack(Exception failure)
        => failure is PostgresException { SqlState: var state } && !state.StartsWith("08", StringComparison.Ordinal) &&
           !HasAnsweredFirst && !HasRun(_first);

    public void Dispose() => _connection.Notice -= _hear;

    // The text is in the server's language and its code 01000 is that of any warning; the routine is neither.
    public static bool IsCutShort(PostgresNotice notice) => notice.Routine is "SyncRepWaitForLSN";

    // Npgsql sets the type from the command's completion.
    private static bool HasRun(NpgsqlBatchCommand command) => command.StatementType is not (StatementType.Unknown or StatementType.Select);

    private void Hear(object sender, NpgsqlNoticeEventArgs notice) => WasCutShort |= IsCutShort(notice.Notice);
}
