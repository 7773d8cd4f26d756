using System.Data.Common;
using System.Globalization;

namespace TxAspects.Connections;

/// <content>Savepoints, for nested calls and blocks.</content>
internal sealed partial class Session
{
    private int _savepoints;
    private SaveSavepoints _saves;
    private bool _isSaving;
    private bool _hasSaveSavepoint;

    /// <summary>Saves pending changes and marks where the session is now. In a session without a transaction the mark is its beginning.</summary>
    public async ValueTask<Savepoint> CreateSavepointAsync(bool async, CancellationToken cancellationToken)
    {
        await FlushAsync(async, cancellationToken).ConfigureAwait(false);
        await UndoFailedSaveAsync(async).ConfigureAwait(false);

        if (DbTransaction is not { } transaction)
            return new Savepoint(null, Generation);

        var name = "txaspects_" + (++_savepoints).ToString(CultureInfo.InvariantCulture);
        if (async)
            await transaction.SaveAsync(name, cancellationToken).ConfigureAwait(false);
        else
            transaction.Save(name);
        var savepoint = new Savepoint(name, Generation, _saves);
        _saves = _saves.ForInner();
        return savepoint;
    }

    /// <summary>True where the transaction of the savepoint has ended meanwhile, so that nobody can go back to it.</summary>
    public bool HasLost(Savepoint savepoint)
        => savepoint.Name is not null && (savepoint.Generation != Generation || Transaction is null || HasLostTransaction);

    /// <summary>True where the transaction of the savepoint went with its connection, and with it what was done before the savepoint.</summary>
    public bool HasLostWorkBefore(Savepoint savepoint) => savepoint.Name is not null && savepoint.Generation == _lostGeneration;

    /// <summary>Undoes everything since the savepoint and clears the tracker. What was committed in between stays.</summary>
    public async ValueTask RollbackToAsync(Savepoint savepoint, bool async)
    {
        if (savepoint.Name is null || HasLost(savepoint) || DbTransaction is not { } transaction)
        {
            await RollbackAsync(async).ConfigureAwait(false);
            return;
        }

        if (async)
            await transaction.RollbackAsync(savepoint.Name, CancellationToken.None).ConfigureAwait(false);
        else
            transaction.Rollback(savepoint.Name);
        _saves = savepoint.Saves;
        MustUndoSave = false;
        _failure = null;
        Context.ChangeTracker.Clear();
    }

    /// <summary>Saves pending changes and keeps everything since the savepoint for the unit to commit.</summary>
    public async ValueTask ReleaseAsync(Savepoint savepoint, bool async, CancellationToken cancellationToken)
    {
        await FlushAsync(async, cancellationToken).ConfigureAwait(false);
        if (savepoint.Name is null || HasLost(savepoint) || DbTransaction is not { } transaction)
            return;

        if (async)
            await transaction.ReleaseAsync(savepoint.Name, cancellationToken).ConfigureAwait(false);
        else
            transaction.Release(savepoint.Name);
        _saves = savepoint.Saves;
    }

    /// <summary>Makes the savepoint that EF Core asks for, where it is for a save; false where it is the user's own.</summary>
    public async ValueTask<bool> CreateSaveSavepointAsync(DbTransaction transaction, bool async, CancellationToken cancellationToken)
    {
        if (!_isSaving)
            return false;

        _isSaving = false;
        if (_saves.Due is { } due)
        {
            if (async)
                await transaction.ReleaseAsync(due, cancellationToken).ConfigureAwait(false);
            else
                transaction.Release(due);
            _saves = _saves.WithoutDue();
        }

        var saves = _saves.WithOneMore();
        if (async)
            await transaction.SaveAsync(saves.Last, cancellationToken).ConfigureAwait(false);
        else
            transaction.Save(saves.Last);
        _saves = saves;
        return _hasSaveSavepoint = true;
    }

    /// <summary>Undoes a failed save, where EF Core asks for that; false where user code goes back to a savepoint of its own.</summary>
    public async ValueTask<bool> RollbackToSaveSavepointAsync(DbTransaction transaction, bool async, CancellationToken cancellationToken)
    {
        if (!_hasSaveSavepoint)
            return false;

        if (async)
            await transaction.RollbackAsync(_saves.Last, cancellationToken).ConfigureAwait(false);
        else
            transaction.Rollback(_saves.Last);
        return true;
    }

    /// <summary>Whether what EF Core asks to release, after a failure too, is the savepoint of its save, which is kept.</summary>
    public bool KeepsSaveSavepoint()
    {
        var keeps = _hasSaveSavepoint;
        _hasSaveSavepoint = false;
        return keeps;
    }
}
