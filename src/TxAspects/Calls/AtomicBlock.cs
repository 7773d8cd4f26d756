using TxAspects.Sessions;
using TxAspects.Sessions.Transactions;
using TxAspects.Units;
using TxAspects.Units.Ambient;

namespace TxAspects.Calls;

/// <summary>A block inside a unit that is durable when it returns, or undone when it throws.</summary>
internal static class AtomicBlock
{
    public static async ValueTask<T> RunAsync<T>(
        UnitOfWork unit, DbConnect connect, CallName callName, Func<Session, ValueTask<T>> body, WhenInTransaction when, bool async,
        CancellationToken cancellationToken)
    {
        var session = (await unit.EnlistAsync(connect, async, cancellationToken).ConfigureAwait(false)).Session!;
        var name = callName.ToString();
        if (when is WhenInTransaction.Savepoint)
        {
            var savepoint = await unit.Marks.SetAsync(name, connect, async, cancellationToken).ConfigureAwait(false);
            return await RunAsync(unit, savepoint, session, body, () => unit.Marks.KeepAsync(savepoint, async, cancellationToken), async)
                .ConfigureAwait(false);
        }

        EarlyEnds.EnsureAllowed(unit, async ? "Tx.AtomicAsync" : "Tx.Atomic", connect);
        var startsOver = when is WhenInTransaction.Rollback && unit.FindDoom() is not null;
        var joins = (session.HasUncommittedWork || startsOver) &&
                    await PrepareAsync(unit, connect, when, async, cancellationToken).ConfigureAwait(false);
        unit.ThrowIfDoomed();
        if (joins)
            return await RunJoinedAsync(unit, connect, session, name, body, async, cancellationToken).ConfigureAwait(false);

        var mark = await unit.Marks.SetAsync(name, connect, async, cancellationToken).ConfigureAwait(false);

        // In a transaction of its own the block's hooks alone run; hooks from before it wait for the work they belong to.
        return await RunAsync(
            unit, mark, session, body, () => CommitAsync(unit, connect, mark, inside: mark, async, cancellationToken), async)
                .ConfigureAwait(false);
    }

    /// <summary>Ends the open transaction, or leaves it open for the block to join; true when it joins.</summary>
    private static async ValueTask<bool> PrepareAsync(
        UnitOfWork unit, DbConnect connect, WhenInTransaction when, bool async, CancellationToken cancellationToken)
    {
        switch (when)
        {
            case WhenInTransaction.Commit:
                await EarlyEnds.CommitAsync(unit, connect, inside: null, async, cancellationToken).ConfigureAwait(false);
                return false;
            case WhenInTransaction.Rollback:
                await EarlyEnds.RollbackAsync(unit, connect, inside: null, async).ConfigureAwait(false);
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
        UnitOfWork unit, Mark mark, Session session, Func<Session, ValueTask<T>> body, Func<ValueTask> finish, bool async)
    {
        try
        {
            T result;
            using (AmbientUnit.Enter(NodeFor(unit, mark)))
                result = await body(session).ConfigureAwait(false);

            if (unit.Marks.FindDoom(mark) is { } doom)
                throw doom.ToException(unit.Name);

            using (AmbientUnit.Enter(NodeFor(unit, mark)))
                await finish().ConfigureAwait(false);
            return result;
        }
        catch (Exception exception)
        {
            if (mark.IsOpen)
            {
                using var inside = AmbientUnit.Enter(NodeFor(unit, mark));
                await unit.Marks.UndoAsync(mark, exception, async).ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <summary>Runs in the transaction that is open, and commits or rolls back all of it.</summary>
    private static async ValueTask<T> RunJoinedAsync<T>(
        UnitOfWork unit, DbConnect connect, Session session, string name, Func<Session, ValueTask<T>> body, bool async,
        CancellationToken cancellationToken)
    {
        var mark = unit.Marks.SetJoined(name, session);
        try
        {
            using var inside = AmbientUnit.Enter(NodeFor(unit, mark));
            var result = await body(session).ConfigureAwait(false);
            unit.ThrowIfDoomed();
            await CommitAsync(unit, connect, mark, inside: null, async, cancellationToken).ConfigureAwait(false);
            return result;
        }
        catch (Exception exception)
        {
            if (!unit.IsEnded && mark.IsOpen)
            {
                using (AmbientUnit.Enter(NodeFor(unit, mark)))
                    await EarlyEnds.RollbackJoinedAsync(unit, connect, async).ConfigureAwait(false);
                unit.Marks.GiveUpJoined(mark, exception);
                unit.SetDoom(connect, Doom.ByJoinedBlock(connect.Name, exception));
            }

            throw;
        }
    }

    private static async ValueTask CommitAsync(
        UnitOfWork unit, DbConnect connect, Mark mark, Mark? inside, bool async, CancellationToken cancellationToken)
    {
        if (unit.Marks.FindDoom(mark) is { } doom)
            throw doom.ToException(unit.Name);

        await EarlyEnds.CommitAsync(unit, connect, inside, async, cancellationToken).ConfigureAwait(false);
        unit.Marks.End(mark);
    }

    private static UnitNode NodeFor(UnitOfWork unit, Mark mark)
        => (AmbientUnit.Node is { } here && here.Unit == unit ? here : unit.Node) with { Mark = mark };
}
