using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using TxAspects.Observing;
using TxAspects.Sessions.Transactions.Ends;

namespace TxAspects.Sessions.EntityFramework;

/// <summary>EF Core's transaction object of a session. What EF Core or user code asks of it goes through the session's gate.</summary>
/// <remarks>
/// <see cref="CommitAsync(bool)"/> and <see cref="RollBackAsync"/> are the gate's own way to the server. They tell interceptors what EF
/// Core tells them, in its order, but an interceptor that throws after a commit cannot turn it into a failure.
/// </remarks>
internal sealed class SessionTransaction : RelationalTransaction
{
    private readonly Session _session;
    private bool _hasFailed;
    private bool _cleared;
    private bool _disposed;

    public SessionTransaction(
        Session session, IRelationalConnection connection, DbTransaction transaction, Guid transactionId,
        IDiagnosticsLogger<DbLoggerCategory.Database.Transaction> logger, bool isOwned, ISqlGenerationHelper sql)
        : base(connection, transaction, transactionId, logger, isOwned, sql)
    {
        _session = session;
        Database = transaction;
    }

    public DbTransaction Database { get; }

    /// <summary>True from the moment when its end is decided, or sent with its last save.</summary>
    public bool IsEnding { get; set; }

    /// <summary>
    /// Whether EF Core began it around a save, because <c>AutoTransactionBehavior</c> was set while that ran. It then ends it too, which is
    /// the unit's to do.
    /// </summary>
    public bool IsOfSave { get; set; }

    /// <summary>The same, until the first command of that save.</summary>
    public bool HasBegunForSave { get; set; }

    private SessionSavepoints Savepoints => field ??= new SessionSavepoints(_session, this, Connection, Logger);

    private bool IsEndOfSave => IsOfSave && _session.Saves.IsSending;

    public override void Commit()
    {
        if (!IsEndOfSave)
            _session.Owner.CommitAsync(Open(), "IDbContextTransaction.Commit", async: false, default).Completed();
    }

    public override Task CommitAsync(CancellationToken cancellationToken = default)
        => IsEndOfSave
            ? Task.CompletedTask
            : _session.Owner.CommitAsync(Open(), "IDbContextTransaction.CommitAsync", async: true, cancellationToken).AsTask();

    public override void Rollback()
        => _session.Owner.RollbackAsync(OpenOrNext(), "IDbContextTransaction.Rollback", async: false).Completed();

    public override Task RollbackAsync(CancellationToken cancellationToken = default)
        => _session.Owner.RollbackAsync(OpenOrNext(), "IDbContextTransaction.RollbackAsync", async: true).AsTask();

    public override void CreateSavepoint(string name)
        => Savepoints.CreateAsync(name, async: false, default).Completed();

    public override Task CreateSavepointAsync(string name, CancellationToken cancellationToken = default)
        => Savepoints.CreateAsync(name, async: true, cancellationToken).AsTask();

    public override void RollbackToSavepoint(string name)
        => Savepoints.RollbackToAsync(name, async: false).Completed();

    public override Task RollbackToSavepointAsync(string name, CancellationToken cancellationToken = default)
        => Savepoints.RollbackToAsync(name, async: true).AsTask();

    public override void ReleaseSavepoint(string name)
        => Savepoints.ReleaseAsync(name, async: false).Completed();

    public override Task ReleaseSavepointAsync(string name, CancellationToken cancellationToken = default)
        => Savepoints.ReleaseAsync(name, async: true).AsTask();

    /// <summary>Disposed without an end it is rolled back, early where it is a unit's.</summary>
    public override void Dispose() => DisposeAsync(async: false).Completed();

    public override ValueTask DisposeAsync() => DisposeAsync(async: true);

    /// <summary>Commits on the server. An interceptor may have done so itself; one that throws afterwards is logged.</summary>
    public async ValueTask CommitAsync(bool async)
    {
        IsEnding = true;
        var start = DateTimeOffset.UtcNow;
        try
        {
            var result = async
                ? await Logger.TransactionCommittingAsync(Connection, Database, TransactionId, start).ConfigureAwait(false)
                : Logger.TransactionCommitting(Connection, Database, TransactionId, start);
            if (!result.IsSuppressed)
                await ServerCommit.SendAsync(_session, this, async).ConfigureAwait(false);
            else
                _session.Gate.CommittedByOthers();
        }
        catch (SessionInUseException exception)
        {
            // Nothing was sent, and the transaction goes on.
            IsEnding = false;
            await TellFailureAsync("Commit", exception, start, async).ConfigureAwait(false);
            throw;
        }
        catch (Exception exception)
        {
            await CommitFailedAsync(exception, start, async).ConfigureAwait(false);
            throw;
        }

        _session.Gate.Committed();
        try
        {
            var duration = DateTimeOffset.UtcNow - start;
            if (async)
                await Logger.TransactionCommittedAsync(Connection, Database, TransactionId, start, duration).ConfigureAwait(false);
            else
                Logger.TransactionCommitted(Connection, Database, TransactionId, start, duration);
        }
        catch (Exception exception)
        {
            _session.Owner.Log.CommittedInterceptorFailed(_session.ConnectName, _session.Owner.Name, exception);
        }

        await EndAsync(async).ConfigureAwait(false);
    }

    /// <summary>The transaction is over, because its commit failed.</summary>
    public async ValueTask CommitFailedAsync(Exception failure, DateTimeOffset start, bool async)
    {
        await TellFailureAsync("Commit", failure, start, async).ConfigureAwait(false);
        _session.Gate.RolledBack();
        _hasFailed = true;
        await EndAsync(async).ConfigureAwait(false);
    }

    /// <summary>Rolls back on the server. Throws nothing.</summary>
    public async ValueTask RollBackAsync(bool async)
    {
        IsEnding = true;
        var start = DateTimeOffset.UtcNow;
        try
        {
            var result = async
                ? await Logger.TransactionRollingBackAsync(Connection, Database, TransactionId, start).ConfigureAwait(false)
                : Logger.TransactionRollingBack(Connection, Database, TransactionId, start);
            if (!result.IsSuppressed)
                await ServerCommit.RollBackAsync(_session, Database, savepoint: null, async).ConfigureAwait(false);

            _session.Gate.RolledBack();
            var duration = DateTimeOffset.UtcNow - start;
            if (async)
                await Logger.TransactionRolledBackAsync(Connection, Database, TransactionId, start, duration).ConfigureAwait(false);
            else
                Logger.TransactionRolledBack(Connection, Database, TransactionId, start, duration);
        }
        catch (Exception exception)
        {
            _session.Owner.Log.RollbackFailed(_session.ConnectName, _session.Owner.Name, exception);
            await TellFailureAsync("Rollback", exception, start, async).ConfigureAwait(false);
        }

        _session.Gate.RolledBack();
        await EndAsync(async).ConfigureAwait(false);
    }

    /// <summary>Forgets the transaction, which is over on the server or prepared there. Throws nothing.</summary>
    public async ValueTask EndAsync(bool async)
    {
        IsEnding = true;
        _disposed = true;
        try
        {
            // At once, and not when its holder disposes it: a driver may use one object for all transactions of a connection.
            if (async)
                await base.DisposeAsync().ConfigureAwait(false);
            else
                base.Dispose();
        }
        catch (Exception exception)
        {
            _session.Owner.Log.RollbackFailed(_session.ConnectName, _session.Owner.Name, exception);
        }

        // EF Core has done so, unless the provider could not dispose what somebody else had ended; it would keep the connection then.
        if (!_cleared)
            await GiveConnectionBackAsync(async).ConfigureAwait(false);
    }

    private async ValueTask GiveConnectionBackAsync(bool async)
    {
        try
        {
            if (async)
                await ClearTransactionAsync().ConfigureAwait(false);
            else
                ClearTransaction();
        }
        catch (Exception exception)
        {
            _session.Owner.Log.RollbackFailed(_session.ConnectName, _session.Owner.Name, exception);
        }
    }

    // EF Core's own would take the next transaction out of the connection as well.
    protected override void ClearTransaction()
    {
        if (_cleared)
            return;

        _cleared = true;
        base.ClearTransaction();
    }

    protected override Task ClearTransactionAsync(CancellationToken cancellationToken = default)
    {
        if (_cleared)
            return Task.CompletedTask;

        _cleared = true;
        return base.ClearTransactionAsync(CancellationToken.None);
    }

    private Session Open()
    {
        ThrowIfOver();
        return _session;
    }

    private Session OpenOrNext() => _session.Gate.Succession.GoesOnFor(this) ? _session : Open();

    private async ValueTask DisposeAsync(bool async)
    {
        // Whoever disposes a transaction whose commit failed starts over, as with plain EF Core.
        if ((_hasFailed && !_session.Gate.IsOpen && !_session.IsGone) || _session.Gate.Succession.GoesOnFor(this))
        {
            _hasFailed = false;
            await _session.Owner.RollbackAsync(_session, "IDbContextTransaction.Dispose", async).ConfigureAwait(false);
        }

        if (_disposed || IsEnding)
            return;

        // A save that failed undoes itself.
        if (IsEndOfSave)
        {
            IsOfSave = false;
            return;
        }

        _disposed = true;
        if (_session.Gate.HasLost || SessionSlot.IsDisposed(_session.Context) || Database.Connection is null)
        {
            // EF Core is about to open the connection again, or the context is being disposed.
            if (_session.Engine.Redirection is { } redirection)
                await redirection.AbandonedAsync(_session.Context, async).ConfigureAwait(false);
            await _session.Gate.Succession.GiveUpAsync(this, async).ConfigureAwait(false);
        }
        else
        {
            await _session.Owner.RollbackAsync(_session, "IDbContextTransaction.Dispose", async).ConfigureAwait(false);
        }
    }

    /// <summary>Throws where it has ended, by our own way or past all that we see.</summary>
    /// <exception cref="SessionException">It has.</exception>
    public void ThrowIfOver()
    {
        if (IsEnding)
            throw SessionException.TransactionOver(_session.Owner.Name, _session.ConnectName);

        _session.Gate.EndByOthers.ThrowIfThere();
    }

    /// <summary>Tells interceptors of a failure. One that throws cannot hide it.</summary>
    public async ValueTask TellFailureAsync(string action, Exception exception, DateTimeOffset start, bool async)
    {
        try
        {
            var duration = DateTimeOffset.UtcNow - start;
            if (async)
                await Logger.TransactionErrorAsync(Connection, Database, TransactionId, action, exception, start, duration)
                    .ConfigureAwait(false);
            else
                Logger.TransactionError(Connection, Database, TransactionId, action, exception, start, duration);
        }
        catch (Exception other) when (other != exception)
        {
            _session.Owner.Log.CommittedInterceptorFailed(_session.ConnectName, _session.Owner.Name, other);
        }
    }
}
