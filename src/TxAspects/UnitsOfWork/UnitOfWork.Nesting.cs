using TxAspects.Connections;
using TxAspects.Diagnostics;

namespace TxAspects.UnitsOfWork;

/// <content>Going back to an earlier place, for nested calls and atomic blocks.</content>
internal sealed partial class UnitOfWork
{
    /// <summary>Marks where the unit is, with savepoints on the session of one connect or, with null, on all.</summary>
    public async ValueTask<Mark> SetMarkWithSavepointsAsync(DbConnect? connect, bool async, CancellationToken cancellationToken)
    {
        if (FindSessionDoom() is { } doom)
            throw Doomed(doom);    // No savepoint can be made in a failed transaction.

        var savepoints = new List<(Session, Savepoint)>();
        foreach (var enlisted in Sessions(connect))
        {
            var session = enlisted.Session!;
            savepoints.Add((session, await session.CreateSavepointAsync(async, cancellationToken).ConfigureAwait(false)));
        }

        return SetMark(connect, savepoints);
    }

    public Mark SetMark(DbConnect? connect, IReadOnlyList<(Session, Savepoint)>? savepoints = null) => new()
    {
        Connect = connect,
        DoomBefore = _doom,
        HooksBefore = _hooks?.NextPosition ?? 0,
        ActivityElsewhere = ActivityElsewhere(connect),
        Savepoints = savepoints ?? [],
    };

    /// <summary>What has happened since the mark that forbids to keep the work, or null.</summary>
    public Doom? FindDoomSince(Mark mark)
        => _doom is not null && _doom != mark.DoomBefore
            ? _doom
            : Sessions(mark.Connect).Select(enlisted => enlisted.FindDoom()).FirstOrDefault(doom => doom is not null);

    /// <summary>Saves what is pending and keeps everything since the mark for the unit to commit.</summary>
    public async ValueTask KeepSinceAsync(Mark mark, bool async, CancellationToken cancellationToken)
    {
        // A session first used since the mark has no savepoint, but what cannot be saved there fails this call as well.
        await FlushAsync(Sessions(mark.Connect), async, cancellationToken).ConfigureAwait(false);
        foreach (var (session, savepoint) in mark.Savepoints)
            await session.ReleaseAsync(savepoint, async, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Undoes everything since the mark, and a doom that came since with it. Throws nothing: what cannot be undone dooms the unit.</summary>
    public async ValueTask UndoToAsync(Mark mark, bool async)
    {
        if (IsEnded)
            return;

        foreach (var enlisted in Sessions(mark.Connect))
        {
            // A session without a savepoint was first used after the mark, so all of its work goes.
            var savepoint = mark.Savepoints.FirstOrDefault(marked => marked.Session == enlisted.Session).Savepoint;
            if (enlisted.Session!.HasLostWorkBefore(savepoint))
                enlisted.Doom = enlisted.FindDoom();
            else if (!enlisted.Session.HasLost(savepoint))
                enlisted.Doom = null;
            await UndoAsync(enlisted, savepoint, async).ConfigureAwait(false);
        }

        // The first doom is kept, so another one than before came since the mark, or after all work was rolled back.
        if (_doom != mark.DoomBefore && !HasWorkElsewhereSince(mark))
            _doom = null;
        _hooks?.UndoSince(mark.HooksBefore);
    }

    private async ValueTask UndoAsync(Enlisted enlisted, Savepoint savepoint, bool async)
    {
        var session = enlisted.Session!;
        try
        {
            await session.RollbackToAsync(savepoint, async).ConfigureAwait(false);
            await session.ResumeAsync(async).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Log.RollbackFailed(enlisted.Connect.Name, Name, exception);
            await session.RollbackAsync(async).ConfigureAwait(false);
            enlisted.Doom = Doom.ByFailedCommit(enlisted.Connect.Name, exception);
        }
    }

    /// <summary>Whether a session that the mark does not cover was used since: then its part of the failed work is not undone.</summary>
    private bool HasWorkElsewhereSince(Mark mark)
        => mark.Connect is not null &&
           (ActivityElsewhere(mark.Connect) != mark.ActivityElsewhere ||
            Array.Exists(Sessions(), enlisted => enlisted.Connect != mark.Connect && enlisted.Session!.HasUnsavedChanges));

    // Sessions that were closed meanwhile count on: one that takes their place begins at zero.
    private int ActivityElsewhere(DbConnect? connect)
    {
        if (connect is null || _gate is null)
            return 0;

        lock (Gate)
            return _enlisted.Concat(_rarities?.Left ?? []).Where(enlisted => enlisted.Connect != connect).Sum(enlisted => enlisted.Session?.Activity ?? 0);
    }
}
