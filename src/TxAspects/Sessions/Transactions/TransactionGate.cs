using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using TxAspects.Drivers;
using TxAspects.Observing;
using TxAspects.Sessions.EntityFramework;

namespace TxAspects.Sessions.Transactions;

/// <summary>
/// The one way in which a session's transaction begins and ends. Whoever asks for it, the unit, a nested call, a save or user code by EF Core's own methods, comes
/// through here, so that every ending is decided by the same rules and is known to the unit.
/// </summary>
/// <remarks>
/// The invariant: <see cref="Current"/> is the transaction that is open on the server, or null. It is set when EF Core has begun it and taken back before its end is
/// told to anybody. What was sent since, what failed and who may still send something is kept beside it and starts anew with each transaction.
/// </remarks>
internal sealed class TransactionGate
{
    private readonly Session _session;
    private readonly SessionSlot _slot;
    private DbTransaction? _starting;
    private bool _isHandedOut;
    private bool _lacksReadOnly;
    private DbCommand? _first;
    private bool _hasAnswered;
    private Exception? _failure;
    private Exception? _refusing;    // the failure for which the server refuses all that comes, where it is one
    private Exception? _refusingBefore;    // the same when the last command was sent
    private bool _isEndedByOthers;
    private int? _lost;    // the generation that went with its connection

    public TransactionGate(Session session, SessionSlot slot)
    {
        _session = session;
        _slot = slot;
        Saves = new Saves(session, this);
        Writes = default;
    }

    /// <summary>The saves of the transaction.</summary>
    public Saves Saves { get; }

    /// <summary>The transaction that is open on the server, or null.</summary>
    public SessionTransaction? Current { get; private set; }

    public DbTransaction? DbTransaction => Current?.Database ?? _starting;

    public bool IsOpen => Current is not null;

    /// <summary>Counts the transactions, so that a savepoint can tell whether its own is still the open one.</summary>
    public int Generation { get; private set; }

    /// <summary>Open while a transaction is, then how it ended; null before the first. May be read by another thread.</summary>
    public UnitOfWorkState? State { get; private set; }

    /// <summary>Counts the commands begun, so that a block can tell whether this session was used inside it.</summary>
    public int Activity { get; private set; }

    /// <summary>What is known of what the transaction wrote.</summary>
    public Writes Writes { get; private set; }

    /// <summary>A failed command that nothing has undone; the transaction cannot be committed.</summary>
    public Exception? Failure => _failure;

    /// <summary>True where the transaction went with its connection, until a rollback is asked for.</summary>
    public bool HasLost => _lost is not null;

    /// <summary>The transaction that went with its connection; EF Core begins the next one without a word.</summary>
    public int? LostGeneration => _lost;

    /// <summary>Throws where a command that nobody here saw has failed the transaction.</summary>
    public ValueTask CheckAsync(bool async, CancellationToken cancellationToken)
        => _isHandedOut && Current is not null && Driver.CheckSql is { } sql ? ExecuteAsync(sql, async, cancellationToken) : default;

    /// <summary>The connection that a cluster has replaced by another one, to which commands may still point.</summary>
    public DbConnection? Replaced { get; set; }

    /// <summary>What a commit in two phases has prepared; null elsewhere.</summary>
    public PreparedPart? Prepared { get; set; }

    /// <summary>A decision that the commit is to write; null elsewhere.</summary>
    public Guid? Decision { get; set; }

    private DbDriver Driver => _session.Engine.Driver;

    private ISessionOwner Owner => _session.Owner;

    private IRelationalConnection Connection => _slot.Connection;

    /// <summary>Makes sure that a transaction is open. For who is inside the admission.</summary>
    public ValueTask BeginAsync(bool async, CancellationToken cancellationToken)
        => BeginAsync(IsolationLevel.Unspecified, async, cancellationToken);

    /// <summary>The same at an isolation level that user code asks for; the unit's own wins.</summary>
    public ValueTask BeginAsync(IsolationLevel isolationLevel, bool async, CancellationToken cancellationToken)
    {
        _session.CheckUse();
        Activity++;
        ThrowIfEndedByOthers();
        return Current is { HasBegunForSave: false } && !Saves.MustUndo && !_lacksReadOnly
            ? default
            : BeginCoreAsync(isolationLevel, async, cancellationToken);
    }

    /// <summary>Throws where user code has ended the transaction past all that we see: the next command would be committed by itself.</summary>
    /// <exception cref="SessionException">Somebody has.</exception>
    public void ThrowIfEndedByOthers()
    {
        if (Current is not { IsEnding: false } transaction)
            return;

        // One that went with its connection was ended by nobody, and EF Core goes on over another connection.
        if (!_isEndedByOthers && (HasLost || !Driver.IsOver(transaction.Database)))
            return;

        NoteEndByOthers(failure: null);
        _isEndedByOthers = true;
        _lost ??= Generation;
        throw SessionException.EndedByOthers(Owner.Name, _session.ConnectName);
    }

    /// <summary>Puts a command into the open transaction, with the time that is left.</summary>
    public void Prepare(DbCommand command, CommandSource source)
    {
        if (_session.Admission.IsReading && !Driver.AllowsCommandWhileReading)
            throw SessionInUseException.WhileReading(Owner.Name, _session.ConnectName);
        if (!_session.Admission.TryStart(command))
        {
            Owner.CheckUse(_session);
            throw SessionInUseException.AtEnd(Owner.Name, _session.ConnectName);
        }

        command.Transaction = DbTransaction;
        if (source is CommandSource.SaveChanges)
            Saves.Sending();
        _first ??= command;
        _refusingBefore = _refusing;
        Writes = Writes.With(source, _slot.HasForeignInterceptors);
        _session.PlacesOrNull?.Used(Owner.Here);
        Owner.Deadline?.Limit(command);
    }

    /// <summary>A command has answered with rows, which are read from now on.</summary>
    public void CommandAnswered(DbCommand command, DbDataReader reader)
    {
        _session.Admission.Read(command, reader);
        Answered();
    }

    /// <summary>A command has ended well, and its rows are read.</summary>
    public void CommandEnded(DbCommand command)
    {
        if (_session.Admission.Finish(command))
            Answered();
    }

    /// <exception cref="UnitOfWorkTimeoutException">The deadline has passed, so that is why it failed.</exception>
    /// <exception cref="CommitOutcomeUnknownException">The transaction could not begin, and the command may have run without it.</exception>
    /// <exception cref="LockedByOuterUnitException">It ran out of time, and a unit around may hold what it waited for.</exception>
    public void CommandFailed(DbCommand command, Exception exception)
    {
        var wasSent = _session.Admission.Finish(command);
        if (wasSent && Driver.FailsTransaction(exception) && Current is not null && _failure is null)
            _refusing = _failure = exception;

        // The driver sends BEGIN in front of the first command. Where a cancellation met it and the connection was given up, that command may have run alone.
        if (wasSent && command == _first && !_hasAnswered && HasLost && Driver.IsCancellation(exception))
        {
            Owner.MarkDurable(isInDoubt: true);
            State = UnitOfWorkState.OutcomeUnknown;
            throw CommitOutcomeUnknownException.AtBegin(Owner.Name, _session.ConnectName, exception);
        }

        var locked = wasSent ? FindLock(exception) : null;
        if (exception is not UnitOfWorkTimeoutException && Owner.Deadline is { HasPassed: true } deadline)
            throw deadline.ToException(locked ?? exception);

        if (locked is not null)
            throw exception is OperationCanceledException ? new OperationCanceledException(locked.Message, locked) : locked;
        if (Owner.ReadOnly && Driver.IsReadOnlyViolation(exception))
            throw new ReadOnlyUnitOfWorkException(Owner.Name, _session.ConnectName, exception);
    }

    /// <summary>Commands may be sent from now on that nobody here sees.</summary>
    public async ValueTask HandOutAsync(bool async, CancellationToken cancellationToken)
    {
        _isHandedOut = true;
        Writes = Writes.WithUnseen();
        _session.PlacesOrNull?.Used(Owner.Here);
        if (Owner.Deadline is { } deadline && Driver.LimitStatementsSql(deadline.Remaining) is { } sql)
            await ExecuteAsync(sql, async, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What was done since a place before the failure was undone.</summary>
    public void FailureUndone() => (_failure, _refusing) = (null, null);

    public void SaveFailed(Exception exception) => _failure ??= exception;

    /// <summary>Whether the transaction that starts is asked for by the gate; else EF Core begins one of its own around a save, as somebody told it to.</summary>
    public bool IsBeginning { get; private set; }

    /// <summary>EF Core's transaction is about to start on the server. Returns the isolation level where the unit asks for another one.</summary>
    public IsolationLevel? Starting(IsolationLevel isolationLevel)
    {
        _session.CheckUse();
        return Owner.IsolationLevel is IsolationLevel.Unspecified || Owner.IsolationLevel == isolationLevel ? null : Owner.IsolationLevel;
    }

    /// <summary>It has started; interceptors may send commands in it before EF Core has made an object of it.</summary>
    public void Started(DbTransaction transaction) => _starting = transaction;

    /// <summary>EF Core has made an object of it.</summary>
    public void Began(SessionTransaction transaction)
    {
        Generation++;
        Current = transaction;
        State = UnitOfWorkState.Open;
        _starting = null;
        _lacksReadOnly = Owner.ReadOnly && Driver.ReadOnlySql is not null;
    }

    /// <summary>Commits the open transaction; false when there was none. Takes no token: a commit that is cancelled midway has an unknown outcome.</summary>
    public async ValueTask<bool> CommitAsync(bool async)
    {
        await Saves.UndoAsync(async).ConfigureAwait(false);
        if (Current is not { } transaction)
            return false;

        await transaction.CommitAsync(async).ConfigureAwait(false);
        return State is UnitOfWorkState.Committed && !Writes.AreNone;
    }

    /// <summary>Sends COMMIT, and tells the owner what became of it.</summary>
    /// <exception cref="CommitOutcomeUnknownException">Nobody knows, or the server that answered may lose it.</exception>
    public async ValueTask CommitOnServerAsync(SessionTransaction transaction, bool async)
    {
        var asksPosition = !Owner.ReadOnly && _session.Engine.Cluster is { TellsPosition: true };
        var request = new CommitRequest
        {
            Transaction = transaction.Database,
            Engine = _session.Engine.Source,
            MayHaveWritten = !Owner.ReadOnly && !Writes.AreNone,
            AsksWhetherItWrote = !Owner.ReadOnly && Writes.AreUnseen,
            AsksPosition = asksPosition,
            Decision = Decision,
        };
        // What is over before COMMIT is sent was ended by somebody else; the driver refuses the rest.
        NoteEndByOthers(failure: null);
        CommitAnswer answer;
        try
        {
            answer = await Driver.CommitAsync(request, async).ConfigureAwait(false);
        }
        catch (Exception exception) when (Driver.IsConnectionBusy(exception))
        {
            throw SessionInUseException.AtCommit(Owner.Name, _session.ConnectName, exception);
        }

        Take(answer);
    }

    /// <summary>An interceptor of somebody else's has committed, as the set-up of a test does.</summary>
    public void CommittedByOthers()
    {
        if (!Writes.AreNone)
            Owner.MarkDurable();
    }

    /// <summary>The transaction is committed, whoever did it.</summary>
    public void Committed()
    {
        State = UnitOfWorkState.Committed;
        Ended();
    }

    /// <summary>
    /// Rolls back what is open. Throws nothing: a failure goes to the log, and the server rolls back what it cannot be told about. For whoever has closed the admission
    /// or is inside it.
    /// </summary>
    /// <param name="async">Whether to wait asynchronously.</param>
    /// <param name="failure">What made the work fail, where that is known.</param>
    public async ValueTask RollBackAsync(bool async, Exception? failure)
    {
        Saves.Forget();
        if (Prepared is { } prepared)
        {
            await prepared.RollBackAsync(async).ConfigureAwait(false);
            return;
        }

        if (Current is { } transaction)
        {
            NoteEndByOthers(failure);
            await transaction.RollBackAsync(async).ConfigureAwait(false);
        }
        else if (_lost is not null && _isHandedOut)
        {
            NoteEndByOthers(failure);
        }

        _lost = null;
        FailureUndone();
    }

    /// <summary>Where somebody else ended the transaction, nobody knows how; where its beginning was cut off, nobody knows whether its first command was kept.</summary>
    /// <param name="failure">What made the work fail, where that is known.</param>
    public void NoteEndByOthers(Exception? failure)
    {
        var wasCutOff = HasLost && _isHandedOut && !_hasAnswered && (failure is null || failure.Causes().Any(Driver.IsCancellation));
        var wasEnded = Current is { } transaction && !HasLost && Driver.IsOver(transaction.Database);
        if ((!wasCutOff && !wasEnded) || Writes.AreNone || State is UnitOfWorkState.OutcomeUnknown)
            return;

        State = UnitOfWorkState.OutcomeUnknown;
        Owner.MarkDurable(isInDoubt: true);
        Owner.Log.EndedByOthers(_session.ConnectName, Owner.Name);
    }

    /// <summary>The transaction is rolled back.</summary>
    public void RolledBack()
    {
        if (State is UnitOfWorkState.Open)
            State = UnitOfWorkState.RolledBack;
        Ended();
    }

    /// <summary>Leaves what is prepared to a recovery, which will know what became of the decision.</summary>
    public void LeftInDoubt()
    {
        State = UnitOfWorkState.OutcomeUnknown;
        Ended();
    }

    /// <summary>Undoes all that the transaction did, and goes on in one like it. False where there is no way, and all of it was rolled back.</summary>
    public async ValueTask<bool> StartOverAsync(bool async)
    {
        if (Current is null)
            return false;

        Generation++;
        try
        {
            // The next transaction begins with the same characteristics, so who is at work on the connection stays in one.
            await ExecuteAsync(_session.Engine.StartOverSql!, async, CancellationToken.None).ConfigureAwait(false);
            _first = null;
            FailureUndone();
            Writes = default;
            return true;
        }
        catch (Exception exception) when (exception is DbException or InvalidOperationException)
        {
            // The second kind is how a lost connection refuses; what made the save fail must reach the caller all the same.
            Owner.Log.RollbackFailed(_session.ConnectName, Owner.Name, exception);
            await RollBackAsync(async, exception).ConfigureAwait(false);
            return false;
        }
    }

    /// <summary>The connection was closed, or is lost, while a transaction was open on it.</summary>
    public void ConnectionClosed()
    {
        if (Current is { IsEnding: false })
            _lost ??= Generation;
    }

    /// <summary>Runs a statement of the library's own in the open transaction.</summary>
    public async ValueTask ExecuteAsync(string sql, bool async, CancellationToken cancellationToken)
    {
        var transaction = DbTransaction!;
        var command = transaction.Connection!.CreateCommand();
        await using var _ = command.ConfigureAwait(false);
        (command.Transaction, command.CommandText) = (transaction, sql);
        if (async)
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        else
            command.ExecuteNonQuery();
    }

    /// <summary>The server has carried a command out. Where it refused everything when that was sent, user code has gone back to a savepoint by SQL.</summary>
    private void Answered()
    {
        _hasAnswered = true;
        if (_refusingBefore is not null && _refusing == _refusingBefore)
            FailureUndone();
    }

    private void Ended()
    {
        Current = null;
        Prepared = null;
        _starting = null;
        _first = null;
        FailureUndone();
        (_isHandedOut, _hasAnswered, _lacksReadOnly, _isEndedByOthers) = (false, false, false, false);
        Saves.Forget();
        _session.PlacesOrNull?.TransactionEnded(Owner.Here);
    }

    private async ValueTask BeginCoreAsync(IsolationLevel isolationLevel, bool async, CancellationToken cancellationToken)
    {
        await Saves.UndoAsync(async).ConfigureAwait(false);
        if (_starting is not null)
            return;

        if (Current is null)
            await StartAsync(isolationLevel, async, cancellationToken).ConfigureAwait(false);
        if (_lacksReadOnly)
        {
            await ExecuteAsync(Driver.ReadOnlySql!, async, cancellationToken).ConfigureAwait(false);
            _lacksReadOnly = false;
        }
    }

    private async ValueTask StartAsync(IsolationLevel isolationLevel, bool async, CancellationToken cancellationToken)
    {
        if (Owner.IsolationLevel is not IsolationLevel.Unspecified and var ofUnit)
            isolationLevel = ofUnit;

        Writes = default;

        // EF Core opens the connection before it asks anybody, and leaves it open where somebody refuses. Opened here before, it is known how often to close it.
        await OpenAsync(async, cancellationToken).ConfigureAwait(false);
        try
        {
            IsBeginning = true;

            // Not by way of the facade, which asks an execution strategy first; ours does not retry.
            if (async)
                await Connection.BeginTransactionAsync(isolationLevel, cancellationToken).ConfigureAwait(false);
            else
                Connection.BeginTransaction(isolationLevel);
        }
        catch when (Current is null)
        {
            await GiveUpStartAsync(async).ConfigureAwait(false);
            throw;
        }
        finally
        {
            IsBeginning = false;
            await CloseAsync(async).ConfigureAwait(false);
        }

        await Saves.BeganAsync(_slot.HasForeignInterceptors, async, cancellationToken).ConfigureAwait(false);
    }

    private LockedByOuterUnitException? FindLock(Exception exception)
        => (Driver.IsCancellation(exception) || Driver.IsLockTimeout(exception)) && Owner.FindLocker(_session) is { } holder
            ? new LockedByOuterUnitException(Owner.Name, holder, _session.ConnectName, exception)
            : null;

    /// <summary>EF Core has opened the connection for a transaction of which it makes no object, because somebody refused or an interceptor threw.</summary>
    private async ValueTask GiveUpStartAsync(bool async)
    {
        var started = _starting;
        _starting = null;
        if (async && started is not null)
            await started.DisposeAsync().ConfigureAwait(false);
        else
            started?.Dispose();
        await CloseAsync(async).ConfigureAwait(false);
    }

    private async ValueTask OpenAsync(bool async, CancellationToken cancellationToken)
    {
        if (async)
            await Connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        else
            Connection.Open();
    }

    private async ValueTask CloseAsync(bool async)
    {
        if (async)
            await Connection.CloseAsync().ConfigureAwait(false);
        else
            Connection.Close();
    }

    private void Take(CommitAnswer answer)
    {
        var name = _session.ConnectName;
        if (answer.Position is { } position)
            Owner.NotePosition(name, position, _session.Engine.Cluster!);
        if (answer.PositionFailure is { } unknown)
            Owner.Log.PositionUnknown(name, Owner.Name, unknown);

        switch (answer.State)
        {
            case CommitState.NothingWritten:
                Writes = default;
                break;
            case CommitState.Committed:
                Writes = Writes.Certain;
                if (answer.Failure is { } lost)
                    Owner.Log.CommitFound(name, Owner.Name, lost);
                if (Prepared is not { WroteNothing: true })
                    Owner.MarkDurable();
                break;
            default:
                if (answer.LookUpFailure is { } notFound)
                    Owner.Log.CommitNotFound(name, Owner.Name, notFound);
                Owner.MarkDurable(isInDoubt: true);
                State = UnitOfWorkState.OutcomeUnknown;
                throw new CommitOutcomeUnknownException(Owner.Name, name, answer.Failure, wasCutShort: answer.State is CommitState.CutShort);
        }
    }
}
