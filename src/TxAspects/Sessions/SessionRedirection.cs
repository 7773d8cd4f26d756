using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Sessions;

/// <summary>
/// Where the new sessions of a connect go while <see cref="DbConnect.Redirect"/> is in force. For test set-ups: <c>TxAspects.Testing</c>
/// has two.
/// </summary>
public abstract class SessionRedirection
{
    /// <summary>Whether it holds for the session that is asked for here. Default: for every one.</summary>
    protected internal virtual bool AppliesHere => true;

    /// <summary>
    /// The statement that undoes what a transaction did and goes on in it, where the transactions of these sessions are not real ones.
    /// Default: null, for the driver's own.
    /// </summary>
    protected internal virtual string? StartOver => null;

    /// <summary>Whether the transactions of these sessions are theirs to dispose. Default: true.</summary>
    protected internal virtual bool OwnsTransactions => true;

    /// <summary>
    /// Makes the engine. The connect disposes it after the last session. Default: null, for the one that the sessions had otherwise.
    /// </summary>
    protected internal virtual DbDataSource? CreateEngine() => null;

    /// <summary>Adds to the options of their contexts, after the connect's own, such as interceptors. Called once.</summary>
    protected internal virtual void Configure(DbContextOptionsBuilder builder)
    {
    }

    /// <summary>Sees the context of each session before it is used.</summary>
    protected internal virtual void Prepare(DbContext context)
    {
    }

    /// <summary>Sees a context that was made elsewhere before it becomes the session of the connect; may refuse it.</summary>
    protected internal virtual void Attaching(DbContext context)
    {
    }

    /// <summary>Sees that what a session has not committed, saved or not, is given up on purpose.</summary>
    protected internal virtual void RolledBack(DbContext context)
    {
    }

    /// <summary>
    /// Waits until a statement of the library's own may be sent in the transaction of a session: interceptors of EF Core's see none of
    /// these. What is returned is disposed when the statement has ended. Default: null, at once.
    /// </summary>
    protected internal virtual ValueTask<IDisposable?> TakeTurnAsync(
        DbContext context, bool async, CancellationToken cancellationToken)
        => default;

    /// <summary>Sees a context that is let go while its transaction is open, before that is rolled back.</summary>
    protected internal virtual ValueTask AbandonedAsync(DbContext context, bool async) => default;
}
