using System.Data;
using System.Data.Common;

namespace TxAspects.Connections;

/// <content>COMMIT itself, and what its failure means.</content>
internal sealed partial class Session
{
    /// <summary>
    /// Commits on the server; nothing cancels it and nothing limits its time. Before the COMMIT goes a savepoint, which PostgreSQL refuses in a failed
    /// transaction: it would answer a COMMIT there with ROLLBACK, and Npgsql would report success. As one batch both cost one round trip, and
    /// where the savepoint is refused the COMMIT is skipped.
    /// </summary>
    /// <exception cref="CommitOutcomeUnknownException">The connection was lost and nobody knows what became of the COMMIT.</exception>
    public async ValueTask CommitOnServerAsync(DbTransaction transaction, bool async)
    {
        var connection = transaction.Connection!;
        var batch = connection.CreateBatch();
        await using var _ = batch.ConfigureAwait(false);
        batch.Transaction = transaction;
        batch.Timeout = 0;
        Add(batch, "SAVEPOINT txaspects_commit");
        Add(batch, "COMMIT");

        using var watch = Connect.WatchCommit(batch);
        try
        {
            if (async)
                await batch.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
            else
                batch.ExecuteNonQuery();
        }
        catch (Exception exception) when (connection.State is not ConnectionState.Open && watch?.IsRolledBack(exception) is not true)
        {
            // On a connection that lives the failure is the server's own answer, or nothing was sent.
            throw new CommitOutcomeUnknownException(Owner.Name, Connect.Name, exception, watch is { WasCutShort: true });
        }

        if (watch is { WasCutShort: true })
            throw new CommitOutcomeUnknownException(Owner.Name, Connect.Name, cause: null, wasCutShort: true);
    }

    private static void Add(DbBatch batch, string sql)
    {
        var command = batch.CreateBatchCommand();
        command.CommandText = sql;
        batch.BatchCommands.Add(command);
    }
}
