using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using TxAspects.Drivers;
using TxAspects.Observing;

namespace TxAspects.Sessions.Transactions.Ends;

/// <summary>
/// A session's part in a commit in two phases. A prepared transaction keeps its connection, so that its end need not wait for one.
/// </summary>
internal sealed class PreparedPart
{
    private readonly Session _session;
    private readonly TwoPhase _twoPhase;
    private string? _prepared;

    private PreparedPart(Session session, TwoPhase twoPhase)
    {
        _session = session;
        _twoPhase = twoPhase;
    }

    public bool IsPrepared => _prepared is not null;

    /// <summary>True where the transaction has written nothing, so that it need not be prepared.</summary>
    public bool WroteNothing => DecidedIn is null;

    /// <summary>Where its decisions are kept.</summary>
    public string? DecidedIn { get; private init; }

    /// <summary>Asks the open transaction how it is to be committed.</summary>
    /// <exception cref="TwoPhaseCommitException">It cannot be prepared.</exception>
    public static async ValueTask<PreparedPart> AskAsync(Session session, bool async)
    {
        var driver = session.Engine.Driver;
        if (driver.TwoPhase is not { } twoPhase)
            throw new TwoPhaseCommitException(session.ConnectName, driver.TwoPhaseObstacle);

        await session.Saves.UndoAsync(async).ConfigureAwait(false);
        var answer = await twoPhase.AskAsync(session.ConnectName, session.Context.Database.GetDbConnection(), async).ConfigureAwait(false);
        return answer.Obstacle is { } obstacle
            ? throw new TwoPhaseCommitException(session.ConnectName, obstacle)
            : session.Gate.Prepared = new PreparedPart(session, twoPhase) { DecidedIn = answer.Database };
    }

    public string NameFor(string decidedIn, Guid decision, int number) => _twoPhase.NameOf(decidedIn, decision, number);

    /// <summary>Commits the session together with a decision that others follow.</summary>
    public async ValueTask CommitAsync(Guid decision, bool async)
    {
        _session.Gate.Decision = decision;
        try
        {
            await _session.Gate.CommitAsync(async).ConfigureAwait(false);
        }
        catch (Exception exception) when (_twoPhase.IsDecidedByOthers(exception))
        {
            throw new TwoPhaseCommitException(
                _session.ConnectName,
                "a recovery has rolled the unit back, because more than its GracePeriod went by between the two phases. " +
                "Repeat the unit, or give the recovery a longer GracePeriod.");
        }
        finally
        {
            _session.Gate.Decision = null;
        }
    }

    /// <summary>Prepares the open transaction.</summary>
    public async ValueTask PrepareAsync(string name, bool async)
    {
        var transaction = _session.Gate.Current!;
        var connection = transaction.Database.Connection!;
        _prepared = name;    // from here on the server may have it, whatever is heard of it
        bool isSafe;
        var step = Begin(UnitStepKind.Prepare);
        try
        {
            isSafe = await _twoPhase.PrepareAsync(transaction.Database, name, async).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            step?.End(exception);
            if (connection.State is ConnectionState.Open)
            {
                // The server's own answer: the transaction is over, or has failed.
                _prepared = null;
                _session.Gate.RolledBack();
                await transaction.EndAsync(async).ConfigureAwait(false);
            }

            throw;
        }

        step?.End();

        if (!isSafe)
        {
            throw new TwoPhaseCommitException(
                _session.ConnectName,
                "its server stopped waiting for a synchronous standby, so a failover might lose what was prepared. Try again when the " +
                "standby has caught up.");
        }
    }

    /// <summary>
    /// Commits what is prepared. Throws nothing: what cannot be done here is left to the recovery, and is committed all the same.
    /// </summary>
    public async ValueTask CommitPreparedAsync(bool async)
    {
        if (await EndAsync(commits: true, async).ConfigureAwait(false) is { } failure)
            _session.Owner.Log.LeftToCommit(_session.ConnectName, _session.Owner.Name, failure);
        _session.Owner.MarkDurable();
        var transaction = _session.Gate.Current!;
        _session.Gate.Committed();
        await transaction.EndAsync(async).ConfigureAwait(false);
    }

    /// <summary>Leaves what is prepared to the recovery, which will know what became of the decision.</summary>
    public async ValueTask LeaveAsync(bool async)
    {
        var transaction = _session.Gate.Current!;
        _session.Gate.LeftInDoubt();
        await transaction.EndAsync(async).ConfigureAwait(false);
    }

    /// <summary>Rolls back what is prepared, or what is still open. Throws nothing.</summary>
    public async ValueTask RollBackAsync(bool async)
    {
        _session.Gate.Prepared = null;
        if (_prepared is null)
        {
            await _session.Gate.RollBackAsync(async, failure: null).ConfigureAwait(false);
            return;
        }

        if (await EndAsync(commits: false, async).ConfigureAwait(false) is { } failure)
            _session.Owner.Log.LeftToRollBack(_session.ConnectName, _session.Owner.Name, failure);
        var transaction = _session.Gate.Current!;
        _session.Gate.RolledBack();
        await transaction.EndAsync(async).ConfigureAwait(false);
    }

    /// <summary>Over its own connection or, where that was lost, another one.</summary>
    private async ValueTask<Exception?> EndAsync(bool commits, bool async)
    {
        var step = Begin(commits ? UnitStepKind.Commit : UnitStepKind.Rollback);
        var failure = await SendEndAsync(commits, async).ConfigureAwait(false);
        step?.End(failure, failure is null ? "of what was prepared" : "left to the recovery");
        return failure;
    }

    private async ValueTask<Exception?> SendEndAsync(bool commits, bool async)
    {
        var name = _prepared!;
        var own = _session.Context.Database.GetDbConnection();
        try
        {
            try
            {
                await SendAsync(own).ConfigureAwait(false);
            }
            catch (Exception exception) when (own.State is not ConnectionState.Open && !_twoPhase.IsEndedByOthers(exception))
            {
                var other = await _session.Engine.OpenConnectionAsync(async, CancellationToken.None).ConfigureAwait(false);
                await using var _ = other.ConfigureAwait(false);
                await SendAsync(other).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            return _twoPhase.IsEndedByOthers(exception) ? null : exception;
        }

        return null;

        async ValueTask SendAsync(DbConnection connection)
        {
            var command = connection.CreateCommand();
            await using var _ = command.ConfigureAwait(false);
            command.CommandTimeout = 0;
            if (commits)
                _twoPhase.CommitPrepared(command, name);
            else
                _twoPhase.RollbackPrepared(command, name);
            if (async)
                await command.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
            else
                command.ExecuteNonQuery();
            if (commits && !_session.Owner.ReadOnly && _session.Engine.Cluster is { TellsPosition: true } cluster)
                await NotePositionAsync(cluster, connection, async).ConfigureAwait(false);
        }
    }

    private UnitStep? Begin(UnitStepKind kind) => _session.Owner.Observation?.Begin(kind, "", _session.Connect, _session.ConnectName);

    private async ValueTask NotePositionAsync(DbCluster cluster, DbConnection connection, bool async)
    {
        try
        {
            var position = await cluster.AskPositionAsync(connection, async).ConfigureAwait(false);
            _session.Owner.NotePosition(_session.ConnectName, position, cluster);
        }
        catch (DbException exception)
        {
            _session.Owner.Log.PositionUnknown(_session.ConnectName, _session.Owner.Name, exception);
        }
    }
}
