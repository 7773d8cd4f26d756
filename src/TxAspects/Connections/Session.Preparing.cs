using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using TxAspects.Diagnostics;

namespace TxAspects.Connections;

/// <content>The two phases of a commit. A prepared transaction keeps its connection, so that its end need not wait for one.</content>
internal sealed partial class Session
{
    private string? _prepared;
    private Guid? _decision;
    private bool _wroteNothing;

    public bool IsPrepared => _prepared is not null;

    /// <summary>Where its decisions are kept, or null where the open transaction has written nothing.</summary>
    /// <exception cref="TwoPhaseCommitException">It cannot be prepared.</exception>
    public async ValueTask<string?> AskAsync(bool async)
    {
        if (Connect.TwoPhase is not { } twoPhase)
            throw new TwoPhaseCommitException(Connect.Name, "its option TwoPhase is not set. Give PostgresConnect.Create a PostgresTwoPhase, as docs/databases.md shows.");

        await UndoFailedSaveAsync(async).ConfigureAwait(false);
        var answer = await twoPhase.AskAsync(Connect, Context.Database.GetDbConnection(), async).ConfigureAwait(false);
        if (answer.Obstacle is { } obstacle)
            throw new TwoPhaseCommitException(Connect.Name, obstacle);

        _wroteNothing = answer.Database is null;
        return answer.Database;
    }

    /// <summary>Commits together with a decision that others follow.</summary>
    public async ValueTask CommitAsync(Guid decision, bool async)
    {
        _decision = decision;
        try
        {
            await CommitAsync(async).ConfigureAwait(false);
        }
        catch (Exception exception) when (Connect.TwoPhase!.IsDecidedByOthers(exception))
        {
            throw new TwoPhaseCommitException(
                Connect.Name, "a recovery has rolled the unit back, because more than its GracePeriod went by between the two phases. Repeat the unit, or give the recovery a longer GracePeriod.");
        }
        finally
        {
            _decision = null;
        }
    }

    /// <summary>Prepares the open transaction. As with COMMIT, a savepoint goes before it that is refused in a failed transaction, which would be rolled back without a word.</summary>
    public async ValueTask PrepareAsync(string name, bool async)
    {
        var connection = Context.Database.GetDbConnection();
        var batch = connection.CreateBatch();
        await using var _ = batch.ConfigureAwait(false);
        batch.Transaction = DbTransaction;
        batch.Timeout = 0;
        Add(batch).CommandText = "SAVEPOINT txaspects_commit";
        Connect.TwoPhase!.Prepare(Add(batch), name);
        using var watch = Connect.WatchCommit(batch);
        _prepared = name;    // from here on the server may have it, whatever is heard of it
        try
        {
            if (async)
                await batch.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
            else
                batch.ExecuteNonQuery();
        }
        catch (Exception) when (connection.State is ConnectionState.Open)
        {
            // The server's own answer: the transaction is over, or has failed.
            _prepared = null;
            await DisposeTransactionAsync(async).ConfigureAwait(false);
            throw;
        }

        if (watch is { WasCutShort: true })
        {
            throw new TwoPhaseCommitException(
                Connect.Name, "its server stopped waiting for a synchronous standby, so a failover might lose what was prepared. Try again when the standby has caught up.");
        }
    }

    /// <summary>Commits what is prepared. Throws nothing: what cannot be done here is left to the recovery, and is committed all the same.</summary>
    public async ValueTask CommitPreparedAsync(bool async)
    {
        if (await EndPreparedAsync(commits: true, async).ConfigureAwait(false) is { } failure)
            Owner.Log.LeftToCommit(Connect.Name, Owner.Name, failure);
        TransactionCommitted();
        await DisposeTransactionAsync(async).ConfigureAwait(false);
    }

    /// <summary>Leaves what is prepared to the recovery, which will know what became of the decision.</summary>
    public async ValueTask LeavePreparedAsync(bool async)
    {
        _prepared = null;
        TransactionState = UnitOfWorkState.OutcomeUnknown;
        await DisposeTransactionAsync(async).ConfigureAwait(false);
    }

    private async ValueTask RollbackPreparedAsync(bool async)
    {
        if (await EndPreparedAsync(commits: false, async).ConfigureAwait(false) is { } failure)
            Owner.Log.LeftToRollBack(Connect.Name, Owner.Name, failure);
        await DisposeTransactionAsync(async).ConfigureAwait(false);
    }

    /// <summary>Over its own connection or, where that was lost, another one.</summary>
    private async ValueTask<Exception?> EndPreparedAsync(bool commits, bool async)
    {
        var name = _prepared!;
        _prepared = null;
        var own = Context.Database.GetDbConnection();
        try
        {
            try
            {
                await EndAsync(own).ConfigureAwait(false);
            }
            catch (Exception exception) when (own.State is not ConnectionState.Open && Engine is not null && !Connect.TwoPhase!.IsEndedByOthers(exception))
            {
                var other = await Engine.OpenConnectionAsync(async, CancellationToken.None).ConfigureAwait(false);
                await using var _ = other.ConfigureAwait(false);
                await EndAsync(other).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            return Connect.TwoPhase!.IsEndedByOthers(exception) ? null : exception;
        }

        return null;

        async ValueTask EndAsync(DbConnection connection)
        {
            await ExecuteAsync(connection, Write, async, CancellationToken.None).ConfigureAwait(false);
            if (commits)
                await AskPositionAsync(connection, async).ConfigureAwait(false);
        }

        void Write(DbCommand command)
        {
            command.CommandTimeout = 0;
            if (commits)
                Connect.TwoPhase!.CommitPrepared(command, name);
            else
                Connect.TwoPhase!.RollbackPrepared(command, name);
        }
    }
}
