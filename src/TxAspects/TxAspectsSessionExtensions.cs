using Microsoft.EntityFrameworkCore;
using TxAspects.Sessions;
using TxAspects.Sessions.EntityFramework;

namespace TxAspects;

/// <summary>Commit and rollback on a session in hand.</summary>
public static class TxAspectsSessionExtensions
{
    extension(DbContext session)
    {
        /// <summary>Saves pending changes and commits, like <see cref="Tx.CommitAsync"/> where the session is in a unit.</summary>
        /// <exception cref="SessionException">The context is not a session.</exception>
        /// <exception cref="UnitOfWorkDoomedException">The unit can only roll back, or a command of this session failed and was not
        /// undone.</exception>
        public Task CommitAsync(CancellationToken cancellationToken = default)
            => CommitAsync(Find(session), "db.CommitAsync", async: true, cancellationToken).AsTask();

        /// <inheritdoc cref="extension(DbContext).CommitAsync(CancellationToken)"/>
        public void Commit()
            => CommitAsync(Find(session), "db.Commit", async: false, default).Completed();

        /// <summary>Rolls back and clears the tracker, like <see cref="Tx.RollbackAsync"/> where the session is in a unit.</summary>
        /// <exception cref="SessionException">The context is not a session.</exception>
        public Task RollbackAsync(CancellationToken cancellationToken = default)
            => cancellationToken.IsCancellationRequested
                ? Task.FromCanceled(cancellationToken)
                : RollbackAsync(Find(session), "db.RollbackAsync", async: true).AsTask();

        /// <inheritdoc cref="extension(DbContext).RollbackAsync(CancellationToken)"/>
        public void Rollback()
            => RollbackAsync(Find(session), "db.Rollback", async: false).Completed();
    }

    private static ValueTask CommitAsync(Session session, string operation, bool async, CancellationToken cancellationToken)
    {
        session.CheckAdmission();
        return session.Owner.CommitAsync(session, operation, async, cancellationToken);
    }

    private static ValueTask RollbackAsync(Session session, string operation, bool async)
    {
        session.CheckAdmission();
        return session.Owner.RollbackAsync(session, operation, async);
    }

    private static Session Find(DbContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return SessionSlot.SessionOf(context) ?? throw SessionException.NotASession(context.GetType().Name);
    }
}
