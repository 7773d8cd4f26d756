using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using TxAspects.Sessions;
using TxAspects.Sessions.EntityFramework;
using TxAspects.Units.Ambient;

namespace TxAspects;

/// <content>The sessions of the unit.</content>
public static partial class Tx
{
    /// <summary>The unit's session of a connect, made at the first call. Nothing opens before its first command.</summary>
    /// <remarks>The unit owns it: do not dispose it. Ask again where you need it; every call in the unit gets the same object.</remarks>
    /// <exception cref="HostNotSetException">The connect has no host.</exception>
    public static async ValueTask<TContext> SessionAsync<TContext>(
        DbConnect<TContext> connect, CancellationToken cancellationToken = default)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(connect);
        var enlisted = await AmbientUnit.Require(connect).EnlistAsync(connect, async: true, cancellationToken).ConfigureAwait(false);
        return (TContext)enlisted.Session!.Context;
    }

    /// <inheritdoc cref="SessionAsync"/>
    /// <exception cref="SynchronousUseException">The connect's BeforeCreateSession did not complete at once.</exception>
    public static TContext Session<TContext>(DbConnect<TContext> connect)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(connect);
        return (TContext)AmbientUnit.Require(connect).EnlistAsync(connect, async: false, default).Completed().Session!.Context;
    }

    /// <summary>The unit's session of a connect, or null where none was asked for yet.</summary>
    public static TContext? FindSession<TContext>(DbConnect<TContext> connect)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(connect);
        return (TContext?)AmbientUnit.Require(connect).Sessions?.FindSession(connect)?.Context;
    }

    /// <summary>
    /// Brings a session of your own into the unit, which from then on commits it or rolls it back. You still dispose it, after the unit.
    /// </summary>
    /// <param name="connect">Whose session it becomes.</param>
    /// <param name="session">A session that a connect made, from <see cref="NewSessionAsync"/>.</param>
    /// <exception cref="SessionException">No connect made it, the unit has another session for the connect, or the session is in another
    /// open unit.</exception>
    public static void AttachSession<TContext>(DbConnect<TContext> connect, TContext session)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(connect);
        ArgumentNullException.ThrowIfNull(session);
        var made = SessionSlot.SessionOf(session) ?? throw SessionException.MadeElsewhere(session.GetType().Name, connect.Name);
        AmbientUnit.Require(connect).GetSessions().Attach(connect, made);
    }

    /// <summary>
    /// Takes a session that you brought into the unit out again, with its open transaction: you commit and dispose it. Null where there is
    /// none.
    /// </summary>
    /// <exception cref="SessionException">The unit made the session itself, so its pool alone gives it back.</exception>
    public static TContext? DetachSession<TContext>(DbConnect<TContext> connect)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(connect);
        return (TContext?)AmbientUnit.Require(connect).Sessions?.Detach(connect)?.Context;
    }

    /// <summary>
    /// The session's connection, open and in the transaction: for Dapper, COPY, outboxes. It belongs to the session; do not close it.
    /// </summary>
    public static async ValueTask<DbConnection> ConnectionAsync(DbConnect connect, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connect);
        var enlisted = await AmbientUnit.Require(connect).EnlistAsync(connect, async: true, cancellationToken).ConfigureAwait(false);
        return await enlisted.Session!.Gate.Commands.HandOutAsync(async: true, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="ConnectionAsync"/>
    public static DbConnection Connection(DbConnect connect)
    {
        ArgumentNullException.ThrowIfNull(connect);
        var enlisted = AmbientUnit.Require(connect).EnlistAsync(connect, async: false, default).Completed();
        return enlisted.Session!.Gate.Commands.HandOutAsync(async: false, default).Completed();
    }
}
