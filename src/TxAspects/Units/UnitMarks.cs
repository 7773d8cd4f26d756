using TxAspects.Observing;
using TxAspects.Sessions;
using TxAspects.Sessions.Transactions;
using TxAspects.Units.Commits;
using TxAspects.Units.Sessions;

namespace TxAspects.Units;

/// <summary>The nested calls and blocks of a unit that are open, and how each is kept or undone.</summary>
internal sealed class UnitMarks(UnitOfWork unit)
{
    private readonly Lock _gate = new();    // protects _open
    private Mark[] _open = [];

    public IReadOnlyList<Mark> Open
    {
        get
        {
            lock (_gate)
                return _open;
        }
    }

    /// <summary>The first that has not ended, or null.</summary>
    public Mark? FirstOpen => Open.FirstOrDefault();

    /// <summary>Marks where the unit is, on the session of one connect or, with null, on all. Changes from before are saved.</summary>
    public async ValueTask<Mark> SetAsync(string name, DbConnect? connect, bool async, CancellationToken cancellationToken)
    {
        if (unit.Sessions?.FindDoom() is { } doom)
            throw doom.ToException(unit.Name);    // No savepoint can be made in a failed transaction.

        var mark = new Mark(name, unit.MarkHere, connect)
        {
            Step = unit.Observation?.Begin(
                connect is null ? UnitStepKind.Nested : UnitStepKind.Block, name, connect, connect?.Name),
        };
        try
        {
            var sessions = unit.AllSessions(connect);
            await RoundsOfEnd.FlushAllAsync(unit, sessions, async, cancellationToken).ConfigureAwait(false);
            foreach (var enlisted in sessions)
                await SetAsync(mark, enlisted.Session!, async, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Its call does not begin.
            Forget(mark);
            mark.Step?.End(exception);
            throw;
        }

        Add(mark);
        return mark;
    }

    private static async ValueTask SetAsync(Mark mark, Session session, bool async, CancellationToken cancellationToken)
    {
        await session.Saves.UndoAsync(async).ConfigureAwait(false);
        session.Enter();
        try
        {
            await session.Places.AddAsync(mark, async, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            session.Admission.Leave();
        }
    }

    /// <summary>Marks a block that joins the transaction which is open: nobody else may commit that meanwhile.</summary>
    public Mark SetJoined(string name, Session session)
    {
        var mark = new Mark(name, unit.MarkHere, session.Connect)
        {
            Step = unit.Observation?.Begin(UnitStepKind.Block, name, session.Connect, session.ConnectName),
        };
        session.Places.AddStart(mark);
        Add(mark);
        return mark;
    }

    /// <summary>A block that joined was undone with all of its transaction.</summary>
    public void GiveUpJoined(Mark mark, Exception failure)
    {
        mark.Step?.End(failure, "undone");
        Forget(mark);
        unit.Verdict?.Undo(mark, keepsDooms: HasWorkElsewhere(mark));
        unit.Hooks?.Undo(mark);
    }

    private void Forget(Mark mark)
    {
        Close(mark);
        foreach (var session in EverCoveredBy(mark))
            session.PlacesOrNull?.Keep(mark);
    }

    /// <summary>What has happened inside the mark that forbids to keep the work, or null.</summary>
    public Doom? FindDoom(Mark mark)
        => unit.Verdict?.FindInside(mark)
           ?? CoveredBy(mark).Select(enlisted => enlisted.FindDoom()).FirstOrDefault(doom => doom is not null)
           ?? FindEnd(mark);

    /// <summary>Another flow has given up work of the mark, so that the rest must not be kept; or null.</summary>
    private Doom? FindEnd(Mark mark)
    {
        foreach (var session in EverCoveredBy(mark))
        {
            if (session.PlacesOrNull?.FindEnd(mark) is { } other)
                return Doom.ByOthersEnd(mark.Name, other, session.ConnectName);
        }

        return null;
    }

    /// <summary>Saves what is pending and keeps everything since the mark for the unit to commit.</summary>
    public async ValueTask KeepAsync(Mark mark, bool async, CancellationToken cancellationToken)
    {
        // A session first used since the mark has no savepoint, but what cannot be saved there fails this call as well.
        RoundsOfEnd.ThrowIfBusy(unit, CoveredBy(mark));
        await RoundsOfEnd.FlushAllAsync(unit, CoveredBy(mark), async, cancellationToken).ConfigureAwait(false);
        if (FindDoom(mark) is { } doom)
            throw doom.ToException(unit.Name);

        foreach (var enlisted in CoveredBy(mark))
            await CheckAsync(enlisted.Session!, async, cancellationToken).ConfigureAwait(false);

        End(mark);
    }

    private async ValueTask CheckAsync(Session session, bool async, CancellationToken cancellationToken)
    {
        try
        {
            await session.Gate.Commands.CheckAsync(async, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (CommitFailure.Describe(exception, session) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>The work of the mark is kept, or committed already.</summary>
    /// <exception cref="UnitOfWorkDoomedException">Another flow has given up a part of it at the last moment.</exception>
    public void End(Mark mark)
    {
        Close(mark);
        Doom? doom = null;
        foreach (var session in EverCoveredBy(mark))
        {
            if (session.PlacesOrNull?.Keep(mark) is { } other)
                doom = unit.SetDoom(Doom.ByOthersEnd(mark.Name, other, session.ConnectName));
        }

        mark.Step?.End(result: doom is null ? "kept" : null);
        if (doom is not null)
            throw doom.ToException(unit.Name);
    }

    /// <summary>
    /// Undoes everything since the mark, and a doom that came since with it. Throws nothing: what cannot be undone dooms the unit.
    /// </summary>
    /// <param name="mark">The mark.</param>
    /// <param name="failure">What made the call or block fail; null where a rollback was asked for.</param>
    /// <param name="async">Whether to wait asynchronously.</param>
    public async ValueTask UndoAsync(Mark mark, Exception? failure, bool async)
    {
        if (unit.IsEnded)
            return;

        Close(mark);
        unit.Verdict?.Undo(mark, keepsDooms: HasWorkElsewhere(mark));
        unit.Hooks?.Undo(mark);
        foreach (var enlisted in CoveredBy(mark))
        {
            // What was done before the mark and went with its transaction is not undone by going back.
            if (enlisted.Session!.PlacesOrNull?.HasLostWorkBefore(mark) is true)
                enlisted.Doom = enlisted.FindDoom();
            else if (enlisted.Session.PlacesOrNull?.IsPast(mark) is not true)
                enlisted.Doom = null;
            await UndoAsync(enlisted, mark, async).ConfigureAwait(false);
        }

        mark.Step?.End(failure, "undone");
    }

    private async ValueTask UndoAsync(Enlisted enlisted, Mark mark, bool async)
    {
        var session = enlisted.Session!;
        try
        {
            if (!await Stopping.StopAsync(session, mustLeave: true, async).ConfigureAwait(false))
                throw SessionInUseException.AtRollback(unit.Name, session.ConnectName);

            if (await session.Places.UndoAsync(mark, async).ConfigureAwait(false) is { } other)
                unit.SetDoom(Doom.ByOtherFlow(mark.Name, other, session.ConnectName), mark.Parent, enlisted.Connect);
        }
        catch (Exception exception)
        {
            unit.Log.RollbackFailed(enlisted.Connect.Name, unit.Name, exception);
            enlisted.Doom = Doom.ByFailedCommit(enlisted.Connect.Name, exception);
        }
        finally
        {
            session.Admission.Open();
        }
    }

    private bool HasWorkElsewhere(Mark mark)
        => mark.HasWorkElsewhere ||
           Array.Exists(unit.AllSessions(), enlisted => !mark.Covers(enlisted.Session!) && enlisted.Session!.HasUnsavedChanges);

    private IEnumerable<Session> EverCoveredBy(Mark mark)
        => (unit.Sessions?.AllEver() ?? []).Select(enlisted => enlisted.Session!).Where(mark.Covers);

    private Enlisted[] CoveredBy(Mark mark) => Array.FindAll(unit.AllSessions(), enlisted => mark.Covers(enlisted.Session!));

    private void Add(Mark mark)
    {
        lock (_gate)
            _open = [.. _open, mark];
    }

    private void Close(Mark mark)
    {
        mark.IsOpen = false;
        lock (_gate)
            _open = Array.FindAll(_open, other => other != mark);
    }
}
