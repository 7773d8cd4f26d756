using Microsoft.EntityFrameworkCore;
using TxAspects.Calls.Bodies;
using TxAspects.Sessions;
using TxAspects.Sessions.EntityFramework;
using TxAspects.Units.Ambient;
using TxAspects.Units.Sessions;

namespace TxAspects;

/// <content>Sessions outside the ambient unit.</content>
public static partial class Tx
{
    /// <summary>
    /// A session outside any unit, on a connection of its own. Dispose it; what was not committed with <c>db.CommitAsync()</c> is rolled
    /// back then.
    /// </summary>
    /// <exception cref="HostNotSetException">The connect has no host.</exception>
    public static async ValueTask<TContext> NewSessionAsync<TContext>(
        DbConnect<TContext> connect, CancellationToken cancellationToken = default)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(connect);
        var owner = new StandaloneOwner(AmbientUnit.Options.Log);
        using var hidden = AmbientUnit.Enter(null);
        return (TContext)(
            await connect.OpenSessionAsync(owner, isOfUnit: false, async: true, cancellationToken).ConfigureAwait(false)).Context;
    }

    /// <inheritdoc cref="NewSessionAsync"/>
    /// <exception cref="SynchronousUseException">The connect's BeforeCreateSession did not complete at once.</exception>
    public static TContext NewSession<TContext>(DbConnect<TContext> connect)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(connect);
        var owner = new StandaloneOwner(AmbientUnit.Options.Log);
        using var hidden = AmbientUnit.Enter(null);
        return (TContext)connect.OpenSessionAsync(owner, isOfUnit: false, async: false, default).Completed().Context;
    }

    /// <summary>
    /// Runs a block on a session outside the ambient unit: commits when it returns, rolls back when it throws, and closes the session.
    /// </summary>
    public static async Task<T> NewAtomicSessionAsync<TContext, T>(
        DbConnect<TContext> connect, Func<TContext, Task<T>> body, CancellationToken cancellationToken = default)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(body);
        var session = await NewSessionAsync(connect, cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        try
        {
            var result = await body(session).ConfigureAwait(false);
            await session.CommitAsync(cancellationToken).ConfigureAwait(false);
            return result;
        }
        catch when (SessionSlot.Of(session)?.Session is { } failed)
        {
            await failed.Owner.RollbackAsync(failed, "Tx.NewAtomicSessionAsync", async: true).ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc cref="NewAtomicSessionAsync{TContext, T}"/>
    public static Task NewAtomicSessionAsync<TContext>(
        DbConnect<TContext> connect, Func<TContext, Task> body, CancellationToken cancellationToken = default)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(body);
        return NewAtomicSessionAsync(connect, async session =>
        {
            await body(session).ConfigureAwait(false);
            return default(Nothing);
        }, cancellationToken);
    }

    /// <inheritdoc cref="NewAtomicSessionAsync{TContext, T}"/>
    public static T NewAtomicSession<TContext, T>(DbConnect<TContext> connect, Func<TContext, T> body)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(body);
        EnsureNotAwaitable<T>("Tx.NewAtomicSessionAsync");
        using var session = NewSession(connect);
        try
        {
            var result = body(session);
            session.Commit();
            return result;
        }
        catch when (SessionSlot.Of(session)?.Session is { } failed)
        {
            failed.Owner.RollbackAsync(failed, "Tx.NewAtomicSession", async: false).Completed();
            throw;
        }
    }

    /// <inheritdoc cref="NewAtomicSessionAsync{TContext, T}"/>
    public static void NewAtomicSession<TContext>(DbConnect<TContext> connect, Action<TContext> body)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(body);
        NewAtomicSession(connect, session =>
        {
            body(session);
            return default(Nothing);
        });
    }
}
