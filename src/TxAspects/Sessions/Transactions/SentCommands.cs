using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using TxAspects.Drivers;
using TxAspects.Sessions.EntityFramework;
using TxAspects.Sessions.EntityFramework.Interceptors;

namespace TxAspects.Sessions.Transactions;

/// <summary>What was sent in a session's transaction, and how it ended. It starts anew with each transaction.</summary>
internal sealed class SentCommands(Session session, TransactionGate gate, SessionSlot slot)
{
    private DbCommand? _first;
    private bool _hasAnswered;
    private Exception? _refusing;    // the failure for which the server refuses all that comes, where it is one
    private Exception? _refusingBefore;    // the same when the last command was sent

    /// <summary>Counts the commands begun in all transactions, so that a block can tell whether the session was used inside it.</summary>
    public int Activity { get; set; }

    /// <summary>What is known of what the transaction wrote.</summary>
    public Writes Writes { get; set; }

    /// <summary>Whether commands may be sent that nobody here sees, because user code has the connection.</summary>
    public bool AreHandedOut { get; private set; }

    /// <summary>Whether the server was told to limit the time of such commands.</summary>
    public bool AreLimited { get; private set; }

    /// <summary>A failed command that nothing has undone; the transaction cannot be committed.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>
    /// Whether the transaction's first command does nothing that a rollback would not undo, and user code does not hold the transaction
    /// that would be replaced.
    /// </summary>
    public bool IsRepeatable { get; private set; }

    /// <summary>User code has begun the transaction itself, and holds it.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Whether nothing that anybody knows of was carried out in the transaction.</summary>
    public bool AreNone => !_hasAnswered && !AreHandedOut;

    private DbDriver Driver => session.Engine.Driver;

    private ISessionOwner Owner => session.Owner;

    /// <summary>Puts a command into the open transaction, with the time that is left.</summary>
    public void Prepare(DbCommand command, CommandSource source)
    {
        if (source is CommandSource.LinqQuery && RawSqlInterceptor.IsRaw(command))
            source = CommandSource.FromSqlQuery;
        ThrowIfReading();
        TransactionLimits.CheckCommand(session, source);
        if (!session.Admission.TryStart(command))
        {
            Owner.CheckUse(session);
            throw SessionInUseException.AtEnd(Owner.Name, session.ConnectName);
        }

        command.Transaction = gate.DbTransaction;
        gate.Start.TakeAlong(command);
        if (source is CommandSource.SaveChanges)
            gate.Saves.Sending(command);
        if (_first is null)
            IsRepeatable = !IsHeld && !slot.Interceptors.HasForeignOfCommands && source
                is CommandSource.LinqQuery or CommandSource.SaveChanges or CommandSource.ExecuteUpdate or CommandSource.ExecuteDelete;
        _first ??= command;
        _refusingBefore = _refusing;
        Writes = Writes.With(source, slot.Interceptors.HasForeign);
        Owner.Here?.Used(session);
        session.PlacesOrNull?.Used(Owner.Here);
        Owner.Deadline?.Limit(command);
        Owner.Observation?.BeginCommand(command, source.ToString(), session.Connect, session.ConnectName);
    }

    /// <summary>Throws where the rows of an earlier command are still being read, and the database takes one command at a time.</summary>
    /// <exception cref="SessionInUseException">They are.</exception>
    public void ThrowIfReading()
    {
        if (session.Admission.IsReading && !Driver.AllowsCommandWhileReading)
            throw SessionInUseException.WhileReading(Owner.Name, session.ConnectName);
    }

    /// <summary>A command has answered with rows, which are read from now on.</summary>
    /// <exception cref="TxAspectsException">The session was given up while the command ran; its reader is closed.</exception>
    public void Answered(DbCommand command, DbDataReader reader)
    {
        session.Admission.Read(command, reader);
        Owner.Observation?.Answered(command);
        if (gate.LoneQueries.Answered(command))
            gate.ReadAlone();
        Answered();

        // A commit that went along is answered behind the rows, and nobody undoes it any more.
        if (!session.Admission.IsClosedByOthers || gate.Saves.Last is { IsSent: true })
            return;

        reader.Dispose();
        Succeeded(command);
    }

    /// <summary>A command has ended well.</summary>
    /// <exception cref="TxAspectsException">The session was given up while the command ran, and what it did is undone.</exception>
    public void Succeeded(DbCommand command)
    {
        var isLate = session.Admission.IsClosedByOthers;
        Ended(command);
        if (!isLate)
            return;

        session.CheckAdmission();
        throw SessionInUseException.AtEnd(Owner.Name, session.ConnectName);
    }

    /// <summary>A command is over, and its rows are read or given up.</summary>
    public void Ended(DbCommand command)
    {
        Owner.Observation?.EndCommand(command);
        if (session.Admission.Finish(command))
            Answered();
    }

    /// <summary>A command has failed.</summary>
    /// <exception cref="UnitOfWorkTimeoutException">The deadline has passed, so that is why.</exception>
    /// <exception cref="CommitOutcomeUnknownException">The transaction could not begin, and the command may have run without
    /// it.</exception>
    /// <exception cref="LockedByOuterUnitException">It ran out of time, and a unit around may hold what it waited for.</exception>
    /// <exception cref="ReadOnlyUnitOfWorkException">The server refused a write.</exception>
    public void Failed(DbCommand command, Exception exception)
    {
        Owner.Observation?.EndCommand(command, exception);
        var wasSent = session.Admission.Finish(command);
        gate.Start.Failed(command);
        var isAlone = gate.LoneQueries.Failed(command);
        if (wasSent && Driver.FailsTransaction(exception) && (gate.IsOpen || (isAlone && !gate.LoneQueries.HasLost)) && Failure is null)
            _refusing = Failure = exception;

        // The driver sends BEGIN in front of the first command. Where a cancellation met it and the connection was given up, that command
        // may have run alone, which matters where it may have written something.
        if (wasSent && command == _first && !_hasAnswered && !Writes.AreNone && gate.HasLost && Driver.IsCancellation(exception))
        {
            gate.LostInDoubt();

            // Whoever is refused later, because this was swallowed, must learn it too.
            var unknown = CommitOutcomeUnknownException.AtBegin(Owner.Name, session.ConnectName, exception);
            Failure = unknown;
            throw unknown;
        }

        var locked = wasSent ? FindLock(exception) : null;
        if (exception is not UnitOfWorkTimeoutException && Owner.Deadline is { HasPassed: true } deadline)
            throw deadline.ToException(locked ?? exception);
        if (locked is not null)
            throw exception is OperationCanceledException ? new OperationCanceledException(locked.Message, locked) : locked;
        if (Owner.ReadOnly && Driver.IsReadOnlyViolation(exception))
            throw new ReadOnlyUnitOfWorkException(Owner.Name, session.ConnectName, exception);
    }

    /// <summary>A save has failed, and there is no savepoint to go back to.</summary>
    public void SaveFailed(Exception exception) => Failure ??= exception;

    /// <summary>What was done since a place before the failure was undone.</summary>
    public void FailureUndone() => (Failure, _refusing) = (null, null);

    /// <summary>The connection, open and in the transaction, for whoever sends commands past EF Core, which nobody here sees.</summary>
    public async ValueTask<DbConnection> HandOutAsync(bool async, CancellationToken cancellationToken)
    {
        session.CheckUse();
        session.Enter();
        try
        {
            await gate.BeginAsync(IsolationLevel.Unspecified, async, cancellationToken).ConfigureAwait(false);
            await HandedOutAsync(async, cancellationToken).ConfigureAwait(false);

            // The unit may have ended while the connection opened or the transaction began.
            session.ThrowUnless(session.Admission.Enter());
            session.Admission.Leave();
            return session.Context.Database.GetDbConnection();
        }
        finally
        {
            session.Admission.Leave();
        }
    }

    /// <summary>Runs a statement of the library's own in the open transaction.</summary>
    public ValueTask ExecuteAsync(string sql, bool async, CancellationToken cancellationToken)
        => ExecuteAsync(
            command =>
            {
                command.CommandText = sql;
                return true;
            },
            async,
            cancellationToken);

    /// <summary>The same with parameters.</summary>
    /// <param name="write">Writes the command; false where there is nothing to send.</param>
    /// <param name="async">Whether to wait asynchronously.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async ValueTask ExecuteAsync(Func<DbCommand, bool> write, bool async, CancellationToken cancellationToken)
    {
        var transaction = gate.DbTransaction!;
        var command = transaction.Connection!.CreateCommand();
        await using var _ = command.ConfigureAwait(false);
        command.Transaction = transaction;
        if (!write(command))
            return;

        using var turn = await session.Engine.TakeTurnAsync(session.Context, async, cancellationToken).ConfigureAwait(false);
        Owner.Deadline?.Limit(command);
        var step = Owner.Observation?.Begin(UnitStepKind.Statement, command.CommandText, session.Connect, session.ConnectName);
        try
        {
            if (async)
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            else
                command.ExecuteNonQuery();
        }
        catch (Exception exception)
        {
            step?.End(exception);
            throw;
        }

        step?.End();
    }

    private async ValueTask HandedOutAsync(bool async, CancellationToken cancellationToken)
    {
        AreHandedOut = true;
        Owner.Observation?.Note(UnitStepKind.HandedOut, "", session.Connect, session.ConnectName);
        Writes = Writes.WithUnseen();
        Owner.Here?.Used(session);
        session.PlacesOrNull?.Used(Owner.Here);
        if (Owner.Deadline is { } deadline && Driver.LimitStatementsSql(deadline.Remaining) is { } sql)
        {
            await ExecuteAsync(sql, async, cancellationToken).ConfigureAwait(false);
            AreLimited = true;
        }
    }

    /// <summary>Throws where a command that nobody here saw has failed the transaction.</summary>
    public ValueTask CheckAsync(bool async, CancellationToken cancellationToken)
        => AreHandedOut && gate.IsOpen && Driver.CheckSql is { } sql ? ExecuteAsync(sql, async, cancellationToken) : default;

    /// <summary>
    /// Whether the connection was lost when nobody knew yet whether the transaction had begun, and a cancellation may have met its
    /// beginning.
    /// </summary>
    /// <param name="failure">What made the work fail; null where nobody knows.</param>
    public bool MayHaveRunAlone(Exception? failure)
        => gate.HasLost && AreHandedOut && !_hasAnswered && (failure is null || failure.Causes().Any(Driver.IsCancellation));

    /// <summary>Another transaction begins.</summary>
    public void Begin() => (_first, _hasAnswered, Writes) = (null, false, default);

    /// <summary>The transaction was undone and goes on.</summary>
    public void StartOver()
    {
        _first = null;
        FailureUndone();
        Writes = default;
    }

    /// <summary>The transaction is over. What is known of what it wrote stays until the next begins.</summary>
    public void Forget()
    {
        _first = null;
        FailureUndone();
        (AreHandedOut, AreLimited, _hasAnswered) = (false, false, false);
        (IsRepeatable, IsHeld) = (false, false);
    }

    // Where the server refused everything when the command was sent, user code has gone back to a savepoint by SQL.
    private void Answered()
    {
        _hasAnswered = true;
        session.Opening.IsSuspect = false;
        if (_refusingBefore is not null && _refusing == _refusingBefore)
            FailureUndone();
    }

    private LockedByOuterUnitException? FindLock(Exception exception)
        => (Driver.IsCancellation(exception) || Driver.IsLockTimeout(exception)) && Owner.FindLocker(session) is { } holder
            ? new LockedByOuterUnitException(Owner.Name, holder, session.ConnectName, exception)
            : null;
}
