using Microsoft.EntityFrameworkCore;
using TxAspects.Calls;
using TxAspects.Calls.Bodies;
using TxAspects.Sessions;
using TxAspects.Units;
using TxAspects.Units.Ambient;

namespace TxAspects;

/// <content>Blocks that are durable when they return.</content>
public static partial class Tx
{
    /// <summary>
    /// Runs a block on the unit's session and makes it durable when it returns; when it throws, its work is undone and the exception
    /// passes.
    /// </summary>
    /// <param name="connect">Whose session.</param>
    /// <param name="body">The block; it gets the session.</param>
    /// <param name="whenInTransaction">What to do where the session has uncommitted work. Default: commit that first.</param>
    /// <param name="cancellationToken">Stops the way to the commit, never the commit itself.</param>
    /// <exception cref="TransactionOpenException">The mode is <see cref="WhenInTransaction.Throw"/> and there is uncommitted
    /// work.</exception>
    /// <exception cref="UnitOfWorkDoomedException">The unit can only roll back.</exception>
    /// <exception cref="EarlyCompletionException">The unit forbids early completion to inner calls.</exception>
    public static Task<T> AtomicAsync<TContext, T>(
        DbConnect<TContext> connect, Func<TContext, Task<T>> body,
        WhenInTransaction whenInTransaction = WhenInTransaction.Commit, CancellationToken cancellationToken = default)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(connect);
        ArgumentNullException.ThrowIfNull(body);
        return AtomicBlock.RunAsync(
            AmbientUnit.Require(connect), connect, new CallName(body), session => new ValueTask<T>(body((TContext)session.Context)),
                whenInTransaction, async: true, cancellationToken).AsTask();
    }

    /// <inheritdoc cref="AtomicAsync{TContext, T}"/>
    public static Task AtomicAsync<TContext>(
        DbConnect<TContext> connect, Func<TContext, Task> body,
        WhenInTransaction whenInTransaction = WhenInTransaction.Commit, CancellationToken cancellationToken = default)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(connect);
        return AtomicBlock.RunAsync(
            AmbientUnit.Require(connect), connect, new CallName(body), RunAsync, whenInTransaction, async: true, cancellationToken)
                .AsTask();

        async ValueTask<Nothing> RunAsync(Session session)
        {
            await body((TContext)session.Context).ConfigureAwait(false);
            return default;
        }
    }

    /// <inheritdoc cref="AtomicAsync{TContext, T}"/>
    public static T Atomic<TContext, T>(
        DbConnect<TContext> connect, Func<TContext, T> body, WhenInTransaction whenInTransaction = WhenInTransaction.Commit)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(connect);
        ArgumentNullException.ThrowIfNull(body);
        EnsureNotAwaitable<T>("Tx.AtomicAsync");
        return AtomicBlock.RunAsync(
            AmbientUnit.Require(connect), connect, new CallName(body), session => new ValueTask<T>(body((TContext)session.Context)),
                whenInTransaction, async: false, default).Completed();
    }

    /// <inheritdoc cref="AtomicAsync{TContext, T}"/>
    public static void Atomic<TContext>(
        DbConnect<TContext> connect, Action<TContext> body, WhenInTransaction whenInTransaction = WhenInTransaction.Commit)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(connect);
        AtomicBlock.RunAsync(
            AmbientUnit.Require(connect), connect, new CallName(body), Run, whenInTransaction, async: false, default).Completed();

        ValueTask<Nothing> Run(Session session)
        {
            body((TContext)session.Context);
            return default;
        }
    }
}
