using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using TxAspects.Drivers;
using TxAspects.Sessions.EntityFramework;

namespace TxAspects.Sessions.Transactions;

/// <summary>How EF Core begins a session's transaction, and how the server is told what it has to know of it.</summary>
internal sealed class TransactionStart(Session session, TransactionGate gate, SessionSlot slot)
{
    private bool _lacksReadOnly;
    private DbCommand? _carrier;    // took the settings along

    /// <summary>
    /// The transaction that has started on the server and of which EF Core has made no object yet: interceptors may send commands in it.
    /// </summary>
    public DbTransaction? Started { get; private set; }

    /// <summary>Whether an open transaction has yet to be told that it may only read.</summary>
    public bool LacksSettings => _lacksReadOnly;

    private ISessionOwner Owner => session.Owner;

    private DbDriver Driver => session.Engine.Driver;

    private IRelationalConnection Connection => slot.Connection;

    /// <summary>
    /// Whether the transaction that starts is asked for by the gate; else EF Core begins one of its own around a save, as somebody told it
    /// to.
    /// </summary>
    public bool IsAskedFor { get; private set; }

    /// <summary>
    /// EF Core's transaction is about to start on the server. Returns the isolation level where the unit asks for another one.
    /// </summary>
    public IsolationLevel? Starting(IsolationLevel isolationLevel)
    {
        session.CheckUse();
        return Owner.IsolationLevel is IsolationLevel.Unspecified || Owner.IsolationLevel == isolationLevel ? null : Owner.IsolationLevel;
    }

    public void HasStarted(DbTransaction transaction) => Started = transaction;

    /// <summary>EF Core has made an object of it, whoever asked for it.</summary>
    public void Began()
    {
        Started = null;
        _lacksReadOnly = Owner.ReadOnly && Driver.ReadOnlySql is not null;
        Owner.Observation?.Note(UnitStepKind.Transaction, Owner.IsolationLevel.ToString(), session.Connect, session.ConnectName);
    }

    public void Forget()
    {
        Started = null;
        _lacksReadOnly = false;
        _carrier = null;
    }

    /// <summary>Begins at the unit's isolation level, or the given one where the unit has none.</summary>
    public async ValueTask RunAsync(IsolationLevel isolationLevel, bool async, CancellationToken cancellationToken)
    {
        if (Owner.IsolationLevel is not IsolationLevel.Unspecified and var ofUnit)
            isolationLevel = ofUnit;

        // EF Core opens the connection before it asks anybody, and leaves it open where somebody refuses. Opened here before, it is known
        // how often to close it.
        await OpenAsync(async, cancellationToken).ConfigureAwait(false);
        try
        {
            IsAskedFor = true;

            // Not by way of the facade, which asks an execution strategy first; ours does not retry.
            if (async)
                await Connection.BeginTransactionAsync(isolationLevel, cancellationToken).ConfigureAwait(false);
            else
                Connection.BeginTransaction(isolationLevel);
        }
        catch when (!gate.IsOpen)
        {
            await GiveUpAsync(async).ConfigureAwait(false);
            throw;
        }
        finally
        {
            IsAskedFor = false;
            await CloseAsync(async).ConfigureAwait(false);
        }
    }

    /// <summary>Gives an open transaction the settings that it lacks.</summary>
    public async ValueTask SendSettingsAsync(bool async, CancellationToken cancellationToken)
    {
        if (!_lacksReadOnly)
            return;

        await gate.Commands.ExecuteAsync(Driver.ReadOnlySql!, async, cancellationToken).ConfigureAwait(false);
        _lacksReadOnly = false;
    }

    /// <summary>Whether a command can take the settings along, in front of its own text.</summary>
    /// <remarks>
    /// Only queries of EF Core's own: where the beginning of the transaction is cut off, SQL text might run alone, and write. Not where an
    /// interceptor of the user's may put another command or a result in its place: then nobody would know whether they were sent. A
    /// command with positional parameters must be a single statement.
    /// </remarks>
    public bool CanTakeAlong(DbCommand command, CommandSource source)
    {
        if (source is not CommandSource.LinqQuery || command.CommandType is not CommandType.Text || !Driver.RunsStatementsTogether ||
            slot.HasForeignInterceptors)
            return false;

        foreach (DbParameter parameter in command.Parameters)
        {
            if (parameter.ParameterName.Length == 0)
                return false;
        }

        return true;
    }

    /// <summary>A command is about to be sent, which takes along what the transaction lacks.</summary>
    public void TakeAlong(DbCommand command)
    {
        if (!_lacksReadOnly)
            return;

        command.CommandText = $"{Driver.ReadOnlySql};\n{command.CommandText}";
        _lacksReadOnly = false;
        _carrier = command;
    }

    /// <summary>A command has failed. It may have been refused before it was sent, and what it took along with it.</summary>
    public void Failed(DbCommand command)
    {
        if (command == _carrier)
            _lacksReadOnly = true;
    }

    /// <summary>
    /// EF Core has opened the connection for a transaction of which it makes no object, because somebody refused or an interceptor threw.
    /// </summary>
    private async ValueTask GiveUpAsync(bool async)
    {
        var started = session.Engine.Redirection is { OwnsTransactions: false } ? null : Started;
        Started = null;
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
}
