using System.Runtime.CompilerServices;
using TxAspects.Diagnostics;

namespace TxAspects.Connections;

/// <content>Flush, commit, roll back, close.</content>
internal sealed partial class Session
{
    public async ValueTask FlushAsync(bool async, CancellationToken cancellationToken)
    {
        if (IsGone)
            return;

        if (async)
            await Context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        else
            Context.SaveChanges();
    }

    /// <summary>Commits the open transaction; false when there was none. Takes no token: a commit that is cancelled midway has an unknown outcome.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> CommitAsync(bool async)
    {
        await UndoFailedSaveAsync(async).ConfigureAwait(false);

        if (Transaction is not { } transaction)
            return false;

        try
        {
            // Without our interceptor EF Core would commit in its own way; it only learns of the end, below.
            if (Engine is null)
                await CommitOnServerAsync(DbTransaction!, async).ConfigureAwait(false);
            else if (async)
                await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
            else
                transaction.Commit();
            TransactionCommitted();
        }
        finally
        {
            await DisposeTransactionAsync(async).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Rolls back and clears the tracker. A failure goes to the log: the server rolls back what it cannot be told about.</summary>
    public async ValueTask RollbackAsync(bool async)
    {
        await RollBackTransactionAsync(async).ConfigureAwait(false);
        if (IsGone)
            return;

        Context.ChangeTracker.Clear();
        Engine?.Redirection?.RolledBack(Context);
    }

    /// <summary>Rolls back what is open and gives connection and context back. Throws nothing.</summary>
    public async ValueTask CloseAsync(bool async)
    {
        await RollBackTransactionAsync(async).ConfigureAwait(false);
        if (IsGone)
            return;

        if (IsBusy)
        {
            Owner.Log.SessionStuck(Connect.Name, Owner.Name);
            _ = CloseWhenFinishedAsync();
            return;
        }

        _closing = true;
        try
        {
            if (async)
                await Context.DisposeAsync().ConfigureAwait(false);
            else
                Context.Dispose();
        }
        catch (Exception exception)
        {
            Owner.Log.CloseFailed(Connect.Name, Owner.Name, exception);
        }
    }

    /// <summary>Called after an early commit or rollback: a context made elsewhere has no interceptor, so its next transaction begins here.</summary>
    public ValueTask ResumeAsync(bool async)
        => Engine is null ? BeginAsync(async, CancellationToken.None) : default;

    private async ValueTask RollBackTransactionAsync(bool async)
    {
        MustUndoSave = false;
        ForgetFailures();
        if (!await StopRunningAsync(async).ConfigureAwait(false))
            return;

        if (_prepared is not null)
        {
            await RollbackPreparedAsync(async).ConfigureAwait(false);
            return;
        }

        if (Transaction is not { } transaction)
            return;

        try
        {
            if (async)
                await transaction.RollbackAsync(CancellationToken.None).ConfigureAwait(false);
            else
                transaction.Rollback();
        }
        catch (Exception exception)
        {
            Owner.Log.RollbackFailed(Connect.Name, Owner.Name, exception);
        }

        await DisposeTransactionAsync(async).ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask DisposeTransactionAsync(bool async)
    {
        TransactionRolledBack();
        _wroteNothing = false;
        if (Transaction is not { } transaction)
            return;

        try
        {
            if (async)
                await transaction.DisposeAsync().ConfigureAwait(false);
            else
                transaction.Dispose();
        }
        catch (Exception exception)
        {
            Owner.Log.RollbackFailed(Connect.Name, Owner.Name, exception);
        }
    }
}
