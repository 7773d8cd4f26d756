using Npgsql;

namespace TxAspects.PostgreSql;

/// <summary>Hears the notice that a synchronous commit was cut short, and sees how far the batch of a commit came.</summary>
internal sealed class PostgresCommitWatch : CommitWatch
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlBatchCommand _first;
    private readonly NpgsqlBatchCommand _commit;
    private readonly NoticeEventHandler _hear;
    private bool _wasCutShort;

    public PostgresCommitWatch(NpgsqlBatch batch)
    {
        _connection = batch.Connection!;
        _first = batch.BatchCommands[0];
        _commit = batch.BatchCommands[^1];
        _hear = Hear;
        _connection.Notice += _hear;
    }

    public override bool WasCutShort => _wasCutShort;

    public override bool IsCommitted => HasRun(_commit);

    // A pooler between here and the server answers with class 08 when it lost the server, whatever that did meanwhile.
    public override bool IsRolledBack(Exception failure)
        => failure is PostgresException { SqlState: var state } && !state.StartsWith("08", StringComparison.Ordinal) && !HasRun(_first);

    public override void Dispose() => _connection.Notice -= _hear;

    // The text is in the server's language and its code 01000 is that of any warning; the routine is neither.
    public static bool IsCutShort(PostgresNotice notice) => notice.Routine is "SyncRepWaitForLSN";

    // Npgsql sets the type from the command's completion.
    private static bool HasRun(NpgsqlBatchCommand command) => command.StatementType is not (StatementType.Unknown or StatementType.Select);

    private void Hear(object sender, NpgsqlNoticeEventArgs notice) => _wasCutShort |= IsCutShort(notice.Notice);
}
