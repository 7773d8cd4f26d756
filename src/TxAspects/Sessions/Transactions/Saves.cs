using System.Data.Common;
using System.Globalization;
using TxAspects.Observing;
using TxAspects.Sessions.EntityFramework;
using TxAspects.Sessions.LastSaves;

namespace TxAspects.Sessions.Transactions;

/// <summary>Saves that fail: each is undone alone, and the transaction goes on.</summary>
/// <remarks>
/// EF Core makes a savepoint around a save in an open transaction, which is ours to make here. A save for which the transaction
/// begins needs none: undoing it is beginning anew.
/// Making a savepoint costs no round trip, because a driver sends it with the next command. None is released: that costs one, takes no
/// subtransaction out of the 64 that a PostgreSQL process keeps at hand (https://www.postgresql.org/docs/current/subxacts.html), and would
/// destroy savepoints made later.
/// </remarks>
internal sealed class Saves(Session session, TransactionGate gate, SessionSlot slot)
{
    private bool _isSaving;
    private bool _hasSent;
    private bool _isWithout;
    private bool _isGivenUp;
    private Undo _undo;
    private string? _savepoint;
    private int _count;

    private enum Undo
    {
        /// <summary>There is nothing to go back to.</summary>
        None,

        /// <summary>The transaction holds nothing else.</summary>
        StartOver,

        /// <summary>There is a savepoint.</summary>
        Savepoint,
    }

    /// <summary>The save with which the unit ends or commits early, while it runs; null for all others.</summary>
    public LastSave? Last { get; set; }

    /// <summary>True from the failure of a save of which EF Core does not ask to undo it, until that is done.</summary>
    public bool MustUndo { get; private set; }

    /// <summary>Whether EF Core is sending a save, so that the savepoint it asks for is the save's.</summary>
    public bool IsSending => _isSaving && session.Admission.IsInside;

    /// <summary>The next save is the one with which the unit ends, or commits early.</summary>
    public LastSave BeginLast(bool endsUnit)
    {
        gate.IsCommittedWithSave = false;
        return Last = new LastSave(session, slot, endsUnit);
    }

    /// <summary>A save begins, before any interceptor is called.</summary>
    public ValueTask SavingAsync(bool async)
    {
        session.CheckUse();
        var context = session.Context;
        context.Database.AutoTransactionBehavior = Microsoft.EntityFrameworkCore.AutoTransactionBehavior.Never;
        if (session.Owner.ReadOnly && context.ChangeTracker.HasChanges())
            throw new ReadOnlyUnitOfWorkException(session.Owner.Name, session.ConnectName);

        if (MustUndo)
            return BeginAfterUndoAsync(async);

        Begin();
        return default;
    }

    /// <summary>A command of the save is about to be sent.</summary>
    public void Sending(DbCommand command)
    {
        Last?.TakeAlong(command);
        if (!_hasSent)
            session.PlacesOrNull?.SaveOwners.Saving(session.Owner.Here);
        _hasSent = true;
    }

    /// <summary>The transaction has begun for a save: it holds nothing else, unless interceptors have sent something in it.</summary>
    public async ValueTask BeganAsync(bool mayHoldMore, bool async, CancellationToken cancellationToken)
    {
        if (!IsSending)
            return;

        // A transaction that has failed and is started over may get the default isolation level instead of its own.
        if (Last is { NeedsNoSavepoint: true })
            _isWithout = true;
        else if (mayHoldMore || session.Owner.IsolationLevel is not System.Data.IsolationLevel.Unspecified ||
            session.Engine.StartOverSql is null)
            await MakeSavepointAsync(async, cancellationToken).ConfigureAwait(false);
        else
            _undo = Undo.StartOver;
    }

    /// <summary>The save is in the database; whatever fails now is not the save.</summary>
    /// <exception cref="SessionInUseException">Somebody has given up what was to be saved, while an interceptor of the user's was at
    /// work.</exception>
    public ValueTask SavedAsync(bool async)
    {
        (_isSaving, _undo) = (false, Undo.None);
        if (_isGivenUp && Last is not { IsSent: true })
            throw SessionInUseException.AtEnd(session.Owner.Name, session.ConnectName);

        session.PlacesOrNull?.SaveOwners.Saved();
        return Last?.ConcludeAsync(isSaved: true, async) ?? default;
    }

    /// <summary>Makes the savepoint that EF Core asks for, where there is anything to keep apart.</summary>
    public async ValueTask BeforeSaveAsync(bool async, CancellationToken cancellationToken)
    {
        if (!gate.IsOpen)
        {
            // EF Core has asked for it in a transaction that went with its connection, and begins the next one with the save's first
            // command.
            if (gate.HasLost)
                throw SessionException.Lost(session.Owner.Name, session.ConnectName);
            return;
        }

        if (Last is { NeedsNoSavepoint: true })
        {
            _isWithout = true;
            return;
        }

        // A failed transaction refuses savepoints as well, and a driver that sends one in front of a command gives the connection up then.
        if (gate.Commands.Failure is null)
            await MakeSavepointAsync(async, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Undoes a failed save, where EF Core asks for that. No token stops it: the save has failed already.</summary>
    public async ValueTask UndoSaveAsync(bool async)
    {
        if (_undo is Undo.None)
            return;

        MustUndo = true;
        await UndoAsync(async).ConfigureAwait(false);
    }

    /// <summary>A save has failed, and EF Core may not have asked to undo it.</summary>
    public void Failed(Exception exception)
    {
        if (!_isSaving)
            return;

        _isSaving = false;
        gate.Start.DropSettings();

        // A save that found the session in use has sent nothing, and what the other flow does must not be undone for it.
        if (!gate.IsOpen || !_hasSent || exception is SessionInUseException)
            return;

        if (_undo is not Undo.None)
            MustUndo = true;
        else if (_isWithout || !session.Context.Database.AutoSavepointsEnabled)
            gate.Commands.SaveFailed(exception);
    }

    public async ValueTask UndoAsync(bool async)
    {
        if (!MustUndo || gate.Current is not { IsEnding: false } || gate.HasLost)
            return;

        MustUndo = false;
        var undo = _undo;
        _undo = Undo.None;
        if (undo is Undo.StartOver)
        {
            await gate.StartOverAsync(async).ConfigureAwait(false);
            return;
        }

        await gate.RollBackToAsync(_savepoint!, async).ConfigureAwait(false);
    }

    /// <summary>What is pending was given up: a save that has begun, and has not sent anything, has nothing to save.</summary>
    public void GivenUp() => _isGivenUp = _isSaving && !_hasSent;

    /// <summary>What failed is undone together with what came before it.</summary>
    public void ForgetFailed() => MustUndo = false;

    /// <summary>The transaction is over, and its savepoints with it.</summary>
    public void Forget()
    {
        (MustUndo, _undo, _savepoint, _count) = (false, Undo.None, null, 0);
        _hasSent = false;
    }

    private async ValueTask BeginAfterUndoAsync(bool async)
    {
        await UndoAsync(async).ConfigureAwait(false);
        Begin();
    }

    private void Begin()
    {
        gate.Start.DropSettings();
        (_isSaving, _hasSent, _isWithout, _isGivenUp, _undo) = (true, false, false, false, Undo.None);
    }

    private async ValueTask MakeSavepointAsync(bool async, CancellationToken cancellationToken)
    {
        if (_count >= session.Owner.MaxSaveSavepoints)
        {
            _isWithout = true;
            return;
        }

        if (session.Engine.Driver.ManySavepoints is { } many && _count == many)
            session.Owner.Log.ManySavepoints(session.Owner.Name, session.ConnectName, many);
        _savepoint = string.Create(CultureInfo.InvariantCulture, $"txaspects_save_{++_count}");
        await gate.SaveAsync(_savepoint, isOfSave: true, async, cancellationToken).ConfigureAwait(false);
        _undo = Undo.Savepoint;
    }
}
