using TxAspects.Connections;

namespace TxAspects.UnitsOfWork;

/// <summary>A block inside a unit that is durable when it returns, or undone when it throws.</summary>
internal static class AtomicBlock
{
    public static async ValueTask<T> RunAsync<T>(
        UnitOfWork unit, DbConnect connect, Func<Session, ValueTask<T>> body, WhenInTransaction when, bool async, CancellationToken cancellationToken)
    {
        var session = (await unit.EnlistAsync(connect, async, cancellationToken).ConfigureAwait(false)).Session!;
        if (when is WhenInTransaction.Savepoint)
        {
            var savepoint = await unit.SetMarkWithSavepointsAsync(connect, async, cancellationToken).ConfigureAwait(false);
            return await RunAsync(unit, savepoint, session, body, KeepAsync, joins: false, async).ConfigureAwait(false);
        }

        unit.EnsureMayComplete(async ? "Tx.AtomicAsync" : "Tx.Atomic");
        var startsOver = when is WhenInTransaction.Rollback && unit.FindDoom() is not null;
        var joins = (session.HasUncommittedWork || startsOver) && await PrepareAsync(unit, connect, when, async, cancellationToken).ConfigureAwait(false);
        unit.ThrowIfDoomed();
        return await RunAsync(unit, unit.SetMark(connect), session, body, CommitAsync, joins, async).ConfigureAwait(false);

        ValueTask KeepAsync(Mark mark) => unit.KeepSinceAsync(mark, async, cancellationToken);

        // In a transaction of its own the block's hooks alone run; hooks from before it wait for the work they belong to.
        ValueTask CommitAsync(Mark mark) => unit.CommitEarlyAsync(connect, async, cancellationToken, joins ? 0 : mark.HooksBefore);
    }

    /// <summary>Ends the open transaction, or leaves it open for the block to join; true when it joins.</summary>
    private static async ValueTask<bool> PrepareAsync(
        UnitOfWork unit, DbConnect connect, WhenInTransaction when, bool async, CancellationToken cancellationToken)
    {
        switch (when)
        {
            case WhenInTransaction.Commit:
                await unit.CommitEarlyAsync(connect, async, cancellationToken).ConfigureAwait(false);
                return false;
            case WhenInTransaction.Rollback:
                await unit.RollbackEarlyAsync(connect, async).ConfigureAwait(false);
                return false;
            case WhenInTransaction.Join:
                return true;
            case WhenInTransaction.Throw:
                throw new TransactionOpenException(unit.Name, connect.Name);
            default:
                throw new ArgumentOutOfRangeException(nameof(when), when, "This mode does not exist.");
        }
    }

    private static async ValueTask<T> RunAsync<T>(
        UnitOfWork unit, Mark mark, Session session, Func<Session, ValueTask<T>> body, Func<Mark, ValueTask> finish, bool joins, bool async)
    {
        try
        {
            var result = await body(session).ConfigureAwait(false);
            unit.ThrowIfDoomedSince(mark);
            await finish(mark).ConfigureAwait(false);
            return result;
        }
        catch (Exception exception)
        {
            await unit.UndoToAsync(mark, async).ConfigureAwait(false);
            if (joins)
                unit.SetDoom(mark.Connect!, Doom.ByJoinedBlock(mark.Connect!.Name, exception));
            throw;
        }
    }
}
