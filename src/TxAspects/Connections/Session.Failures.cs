using System.Data.Common;
using Microsoft.EntityFrameworkCore.Storage;
using TxAspects.Diagnostics;

namespace TxAspects.Connections;

/// <content>What failed in the open transaction and was not undone; told by the interceptor.</content>
internal sealed partial class Session
{
    private const string QueryCancelled = "57014";

    private DbCommand? _first;
    private bool _isBeginning;
    private bool _emptyBeforeSave;
    private (IDbContextTransaction Transaction, Exception Exception)? _failure;

    /// <summary>A failed command that no rollback has undone; the transaction cannot be committed. It goes with that transaction.</summary>
    public Exception? Failure => _failure is { } failure && failure.Transaction == Transaction ? failure.Exception : null;

    /// <summary>True from the failure of a save that has no savepoint until the transaction, which holds nothing else, is rolled back.</summary>
    public bool MustUndoSave { get; private set; }

    /// <exception cref="UnitOfWorkTimeoutException">The deadline has passed, so that is why it failed.</exception>
    /// <exception cref="CommitOutcomeUnknownException">The transaction could not begin, and the command may have run without it.</exception>
    public void CommandFailed(DbCommand command, Exception exception)
    {
        Finished(command);
        SetFailure(exception);

        // A cancelled command leaves the connection open; a cancelled BEGIN, which goes in front of it, makes Npgsql give the connection up.
        if (command == _first && HasLostTransaction && exception is DbException { SqlState: QueryCancelled })
        {
            _owner.MarkDurable(isInDoubt: true);
            throw CommitOutcomeUnknownException.AtBegin(Owner.Name, Connect.Name, exception);
        }

        if (exception is not UnitOfWorkTimeoutException && _owner.Deadline is { HasPassed: true } deadline)
            throw deadline.ToException(exception);
    }

    private void SetFailure(Exception exception)
    {
        if (Transaction is { } transaction && Failure is null)
            _failure = (transaction, exception);
    }

    public void FailureUndone() => _failure = null;

    /// <summary>Told also of transactions that user code begins and ends by itself.</summary>
    public void TransactionStarting()
    {
        CheckUse();
        _saves = default;
        _hasSaveSavepoint = false;
        TransactionState = UnitOfWorkState.Open;
    }

    public void TransactionCommitted()
    {
        TransactionState = UnitOfWorkState.Committed;
        _owner.MarkDurable();    // Here too: the commit may have been carried out by somebody else's interceptor.
    }

    public void TransactionRolledBack()
    {
        ForgetFailures();
        if (TransactionState is UnitOfWorkState.Open)
            TransactionState = UnitOfWorkState.RolledBack;
    }

    private void ForgetFailures() => (_failure, _lostGeneration) = (null, null);

    public async ValueTask SavingAsync(bool async)
    {
        CheckUse();
        if (_owner.ReadOnly && Context.ChangeTracker.HasChanges())
            throw new ReadOnlyUnitOfWorkException(_owner.Name, Connect.Name);

        await UndoFailedSaveAsync(async).ConfigureAwait(false);
        _emptyBeforeSave = Transaction is null;
        _isSaving = true;
        _hasSaveSavepoint = false;
    }

    public void Saved() => _emptyBeforeSave = _isSaving = false;

    /// <summary>
    /// EF Core makes a savepoint around a save in an open transaction. Around the first save of an empty one it has none, so there the whole
    /// transaction is rolled back and begun again instead, which undoes the same; by <see cref="UndoFailedSaveAsync"/>, as soon as no reader is open any more.
    /// </summary>
    public void SaveFailed(Exception exception)
    {
        _isSaving = false;

        // A save that found the session in use has sent nothing, and what the other branch does must not be undone for it.
        if (Transaction is null || exception is SessionInUseException)
            return;

        if (_emptyBeforeSave)
        {
            MustUndoSave = true;
            _failure = null;
        }
        else if (!Context.Database.AutoSavepointsEnabled)
        {
            SetFailure(exception);
        }
    }

    public async ValueTask UndoFailedSaveAsync(bool async)
    {
        if (!MustUndoSave || DbTransaction is not { } transaction)
            return;

        MustUndoSave = false;
        Generation++;
        try
        {
            // The next transaction begins with the same characteristics, so who is at work on the connection stays in one.
            await ExecuteAsync(transaction, Engine?.Redirection?.StartOver ?? "ROLLBACK AND CHAIN", async, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is DbException or InvalidOperationException)
        {
            // The second kind is how a lost connection refuses; what made the save fail must reach the caller all the same.
            Owner.Log.RollbackFailed(Connect.Name, Owner.Name, exception);
            await RollBackTransactionAsync(async).ConfigureAwait(false);
        }
    }
}
