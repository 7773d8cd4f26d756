using System.Data.Common;
using TxAspects.Drivers;
using TxAspects.Observing;
using TxAspects.Sessions.EntityFramework;

namespace TxAspects.Sessions.Transactions.Ends;

/// <summary>Sends COMMIT by the driver, and tells the session's owner what became of it; sends ROLLBACK.</summary>
internal static class ServerCommit
{
    /// <exception cref="CommitOutcomeUnknownException">Nobody knows, or the server that answered may lose it.</exception>
    /// <exception cref="SessionInUseException">The connection is busy, so that nothing was sent.</exception>
    public static async ValueTask SendAsync(Session session, SessionTransaction transaction, bool async)
    {
        var owner = session.Owner;
        if (session.Saves.Last is { Answer: { } known })
        {
            Note(session, known);
            return;
        }

        var writes = session.Gate.Commands.Writes;
        var request = new CommitRequest
        {
            Transaction = transaction.Database,
            Engine = session.Engine.Source,
            MayHaveWritten = !owner.ReadOnly && !writes.AreNone,
            AsksWhetherItWrote = !owner.ReadOnly && writes.AreUnseen,
            AsksPosition = !owner.ReadOnly && session.Engine.Cluster is { TellsPosition: true },
            IsLimited = session.Gate.Commands.AreLimited || session.Gate.Start.LimitsTime,
            Decision = session.Gate.Decision,
        };
        // What is over before COMMIT is sent was ended by somebody else; the driver refuses the rest.
        session.Gate.EndByOthers.Note(failure: null);
        var step = owner.Observation?.Begin(UnitStepKind.Commit, "", session.Connect, session.ConnectName);
        CommitAnswer answer;
        try
        {
            answer = await session.Engine.Driver.CommitAsync(request, async).ConfigureAwait(false);
        }
        catch (Exception exception) when (session.Engine.Driver.IsConnectionBusy(exception))
        {
            step?.End(exception);
            throw SessionInUseException.AtCommit(owner.Name, session.ConnectName, exception);
        }
        catch (Exception exception)
        {
            step?.End(exception);
            throw;
        }

        step?.End(answer.Failure, answer.State switch
        {
            CommitState.Committed => "committed",
            CommitState.NothingWritten => "nothing was written",
            _ => "unknown",
        });
        Note(session, answer);
    }

    /// <summary>Sends ROLLBACK, of all or, with a savepoint, of what came after it.</summary>
    public static async ValueTask RollBackAsync(Session session, DbTransaction transaction, string? savepoint, bool async)
    {
        var kind = savepoint is null ? UnitStepKind.Rollback : UnitStepKind.RollbackToSavepoint;
        var step = session.Owner.Observation?.Begin(kind, savepoint ?? "", session.Connect, session.ConnectName);
        try
        {
            if (savepoint is null && async)
                await transaction.RollbackAsync(CancellationToken.None).ConfigureAwait(false);
            else if (savepoint is null)
                transaction.Rollback();
            else if (async)
                await transaction.RollbackAsync(savepoint, CancellationToken.None).ConfigureAwait(false);
            else
                transaction.Rollback(savepoint);
        }
        catch (Exception exception)
        {
            step?.End(exception);
            throw;
        }

        step?.End();
    }

    /// <summary>Tells the session and its owner what became of a commit.</summary>
    /// <exception cref="CommitOutcomeUnknownException">Nobody knows, or the server that answered may lose it.</exception>
    public static void Note(Session session, CommitAnswer answer)
    {
        var (owner, name, gate) = (session.Owner, session.ConnectName, session.Gate);
        if (answer.Position is { } position)
            owner.NotePosition(name, position, session.Engine.Cluster!);
        if (answer.PositionFailure is { } unknown)
            owner.Log.PositionUnknown(name, owner.Name, unknown);

        switch (answer.State)
        {
            case CommitState.NothingWritten:
                gate.Commands.Writes = default;
                break;
            case CommitState.Committed:
                gate.Commands.Writes = gate.Commands.Writes.Certain;
                if (answer.Failure is { } lost)
                    owner.Log.CommitFound(name, owner.Name, lost);
                if (gate.Prepared is not { WroteNothing: true })
                    owner.MarkDurable();
                break;
            default:
                if (answer.LookUpFailure is { } notFound)
                    owner.Log.CommitNotFound(name, owner.Name, notFound);
                gate.LostInDoubt();
                throw Unknown(session, answer);
        }
    }

    public static CommitOutcomeUnknownException Unknown(Session session, CommitAnswer answer) => new(
        session.Owner.Name, session.ConnectName, answer.Failure, wasCutShort: answer.State is CommitState.CutShort);
}
