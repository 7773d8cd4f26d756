namespace TxAspects.Connections;

/// <content>What failed in the open transaction and was not undone; told by the interceptor.</content>
internal sealed partial class Session
{
    private bool _emptyBeforeSave;
    private bool _undoFailedSave;

    /// <summary>A failed command that no rollback has undone; the transaction cannot be committed.</summary>
    public Exception? Failure { get; private set; }

    public void CommandFailed(Exception exception)
    {
        if (Transaction is not null)
            Failure ??= exception;
    }

    public void FailureUndone() => Failure = null;

    public void Saving()
    {
        CheckUse();
        if (_owner.ReadOnly && Context.ChangeTracker.HasChanges())
            throw new ReadOnlyUnitOfWorkException(_owner.Name, Connect.Name);

        _emptyBeforeSave = Transaction is null || _undoFailedSave;
    }

    public void Saved()
    {
        _undoFailedSave = false;
        _emptyBeforeSave = false;
    }

    /// <summary>
    /// EF Core makes a savepoint around a save in an open transaction. Around the first save of an empty one it has none, so there the whole
    /// transaction is rolled back instead, which undoes the same; at the next use, because not every failure is reported where one can wait.
    /// </summary>
    public void SaveFailed(Exception exception)
    {
        if (Transaction is null)
            return;

        if (_emptyBeforeSave)
        {
            _undoFailedSave = true;
            Failure = null;
        }
        else if (!Context.Database.AutoSavepointsEnabled)
        {
            Failure ??= exception;
        }
    }
}
