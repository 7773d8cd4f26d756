using Microsoft.EntityFrameworkCore;
using TxAspects.Calls.Bodies;
using TxAspects.Sessions;
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
        return (TContext)(await OpenAsync(connect, async: true, cancellationToken).ConfigureAwait(false)).Context;
    }

    /// <inheritdoc cref="NewSessionAsync"/>
    /// <exception cref="SynchronousUseException">The connect's BeforeCreateSession did not complete at once.</exception>
    public static TContext NewSession<TContext>(DbConnect<TContext> connect)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(connect);
        return (TContext)OpenAsync(connect, async: false, default).Completed().Context;
    }

    /// <summary>
    /// Runs a block on a session outside the ambient unit: commits when it returns, rolls back when it throws, and closes the session.
    /// </summary>
    /// <param name="connect">Whose session.</param>
    /// <param name="body">The block; it gets the session.</param>
    /// <param name="options">Name, isolation level, read-only, timeout, <c>CommitOn</c>, <c>RollbackOn</c> and <c>RollbackWhen</c> of the
    /// block. Default: none of them.</param>
    /// <param name="cancellationToken">Stops the way to the commit, never the commit itself.</param>
    /// <exception cref="ArgumentException">The options ask for what such a block cannot have: a propagation, two phases, retries or the
    /// settings of others.</exception>
    /// <exception cref="UnitOfWorkTimeoutException">The block took longer than it may.</exception>
    public static Task<T> NewAtomicSessionAsync<TContext, T>(
        DbConnect<TContext> connect, Func<TContext, Task<T>> body, UnitOfWorkOptions? options = null,
        CancellationToken cancellationToken = default)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(connect);
        ArgumentNullException.ThrowIfNull(body);
        return StandaloneBlock.RunAsync(
            connect, session => new ValueTask<T>(body((TContext)session.Context)), options, async: true, cancellationToken).AsTask();
    }

    /// <inheritdoc cref="NewAtomicSessionAsync{TContext, T}"/>
    public static Task NewAtomicSessionAsync<TContext>(
        DbConnect<TContext> connect, Func<TContext, Task> body, UnitOfWorkOptions? options = null,
        CancellationToken cancellationToken = default)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(connect);
        ArgumentNullException.ThrowIfNull(body);
        return StandaloneBlock.RunAsync(connect, RunAsync, options, async: true, cancellationToken).AsTask();

        async ValueTask<Nothing> RunAsync(Session session)
        {
            await body((TContext)session.Context).ConfigureAwait(false);
            return default;
        }
    }

    /// <inheritdoc cref="NewAtomicSessionAsync{TContext, T}"/>
    public static T NewAtomicSession<TContext, T>(
        DbConnect<TContext> connect, Func<TContext, T> body, UnitOfWorkOptions? options = null)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(connect);
        ArgumentNullException.ThrowIfNull(body);
        EnsureNotAwaitable<T>("Tx.NewAtomicSessionAsync");
        return StandaloneBlock.RunAsync(
            connect, session => new ValueTask<T>(body((TContext)session.Context)), options, async: false, default).Completed();
    }

    /// <inheritdoc cref="NewAtomicSessionAsync{TContext, T}"/>
    public static void NewAtomicSession<TContext>(
        DbConnect<TContext> connect, Action<TContext> body, UnitOfWorkOptions? options = null)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(connect);
        ArgumentNullException.ThrowIfNull(body);
        StandaloneBlock.RunAsync(connect, Run, options, async: false, default).Completed();

        ValueTask<Nothing> Run(Session session)
        {
            body((TContext)session.Context);
            return default;
        }
    }

    private static ValueTask<Session> OpenAsync(DbConnect connect, bool async, CancellationToken cancellationToken)
        => StandaloneOwner.OpenAsync(connect, new StandaloneOwner(AmbientUnit.Options.Log), async, cancellationToken);
}
