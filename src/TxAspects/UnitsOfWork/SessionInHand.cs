using TxAspects.Connections;

namespace TxAspects.UnitsOfWork;

/// <summary>Commit and rollback of one session: by its unit where it is in one, else directly.</summary>
internal static class SessionInHand
{
    public static async ValueTask CommitAsync(Session session, string operation, bool async, CancellationToken cancellationToken)
    {
        session.Owner.CheckUse(session);
        if (session.Owner is UnitOfWork unit)
        {
            unit.EnsureMayComplete(operation);
            await unit.CommitEarlyAsync(session.Connect, async, cancellationToken).ConfigureAwait(false);
            return;
        }

        ThrowIfFailed(session);
        session.ThrowIfBusy();
        try
        {
            await session.FlushAsync(async, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (CommitFailure.DescribeFlush(exception, session.Owner.Name, session.Connect.Name) is { } failure)
        {
            throw failure;
        }

        ThrowIfFailed(session);
        try
        {
            await session.CommitAsync(async).ConfigureAwait(false);
        }
        catch (Exception exception) when (CommitFailure.Describe(exception, session.Owner.Name, session.Connect.Name) is { } failure)
        {
            throw failure;
        }
    }

    public static async ValueTask RollbackAsync(Session session, string operation, bool async)
    {
        session.Owner.CheckUse(session);
        if (session.Owner is UnitOfWork unit)
        {
            unit.EnsureMayComplete(operation);
            await unit.RollbackEarlyAsync(session.Connect, async).ConfigureAwait(false);
            return;
        }

        await session.RollbackAsync(async).ConfigureAwait(false);
    }

    private static void ThrowIfFailed(Session session)
    {
        if (Doom.Of(session) is { } doom)
            throw doom.ToException(session.Owner.Name);
    }
}
