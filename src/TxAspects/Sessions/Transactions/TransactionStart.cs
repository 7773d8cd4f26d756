using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using TxAspects.Sessions.EntityFramework;
using TxAspects.Sessions.Variables;

namespace TxAspects.Sessions.Transactions;

/// <summary>How EF Core begins a session's transaction, and how the server is told what it has to know of it.</summary>
internal sealed class TransactionStart(Session session, TransactionGate gate, SessionSlot slot)
{
    private StartSettings? _settings;    // taken before the transaction begins; null where there is nothing to tell

    /// <summary>
    /// The transaction that has started on the server and of which EF Core has made no object yet: interceptors may send commands in it.
    /// </summary>
    public DbTransaction? Started { get; private set; }

    /// <summary>Whether the server has yet to be told what the transaction sets.</summary>
    public bool LacksSettings => _settings is { AreSent: false };

    /// <summary>Whether the server was told to limit the time of statements.</summary>
    public bool LimitsTime => _settings is { LimitsTime: true };

    /// <summary>A save is being sent whose results are counted from behind what its command takes along.</summary>
    public bool CountsResults { get; set; }

    private ISessionOwner Owner => session.Owner;

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
        TakeSettings();
        return Owner.IsolationLevel is IsolationLevel.Unspecified || Owner.IsolationLevel == isolationLevel ? null : Owner.IsolationLevel;
    }

    /// <summary>It has started there. Interceptors of the user's are told next, and may send commands in it.</summary>
    public ValueTask StartedAsync(DbTransaction transaction, bool async, CancellationToken cancellationToken)
    {
        Started = transaction;
        return slot.Interceptors.HasForeignOfCommands && session.Engine.Redirection is null
            ? SendSettingsAsync(async, cancellationToken)
            : default;
    }

    /// <summary>EF Core has made an object of it, whoever asked for it.</summary>
    public void Began()
    {
        Started = null;
        Owner.Observation?.Note(UnitStepKind.Transaction, Owner.IsolationLevel.ToString(), session.Connect, session.ConnectName);
    }

    public void Forget() => (Started, _settings) = (null, null);

    /// <summary>
    /// Takes the values that the next transaction sets, before anything is sent and where what a delegate throws reaches the caller as it
    /// is.
    /// </summary>
    public void TakeSettings()
    {
        // What was sent belongs to an earlier transaction.
        if (_settings is null or { AreSent: true })
            _settings = StartSettings.Take(session);
    }

    /// <summary>The transaction for which values were taken has not begun.</summary>
    public void DropSettings()
    {
        if (!gate.IsOpen)
            _settings = null;
    }

    /// <summary>Begins at the unit's isolation level, or the given one where the unit has none.</summary>
    public async ValueTask RunAsync(IsolationLevel isolationLevel, bool async, CancellationToken cancellationToken)
    {
        TakeSettings();
        if (Owner.IsolationLevel is not IsolationLevel.Unspecified and var ofUnit)
            isolationLevel = ofUnit;

        // EF Core opens the connection before it asks anybody, and leaves it open where somebody refuses. Opened here before, it is known
        // how often to close it.
        try
        {
            await OpenAsync(async, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            DropSettings();
            throw;
        }

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
            DropSettings();
            await GiveUpAsync(async).ConfigureAwait(false);
            throw;
        }
        finally
        {
            IsAskedFor = false;
            await CloseAsync(async).ConfigureAwait(false);
        }
    }

    /// <summary>Tells the server by a command of its own what it has yet to be told.</summary>
    public async ValueTask SendSettingsAsync(bool async, CancellationToken cancellationToken)
    {
        if (_settings is not { AreSent: false } settings)
            return;

        await gate.Commands.ExecuteAsync(settings.TryMake, async, cancellationToken).ConfigureAwait(false);
        settings.Sent();
    }

    /// <summary>Starts the transaction over on the server, with the same values. Returns why it could not.</summary>
    public async ValueTask<Exception?> StartOverAsync(bool async)
    {
        try
        {
            // The next transaction begins with the same characteristics, so who is at work on the connection stays in one.
            await gate.Commands.ExecuteAsync(Write, async, CancellationToken.None).ConfigureAwait(false);
            _settings?.Sent();
            return null;
        }
        catch (Exception exception) when (exception is DbException or InvalidOperationException)
        {
            // The second kind is how a lost connection refuses.
            return exception;
        }

        bool Write(DbCommand command)
        {
            command.CommandText = session.Engine.StartOverSql;
            _settings?.Follow(command);
            return true;
        }
    }

    /// <summary>Whether a command that begins the transaction, or is its first, can take along what the server is to be told.</summary>
    /// <remarks>
    /// Not where an interceptor of the user's may put another command or a result in its place, or send one before it. The result of a
    /// scalar is its first one. A save counts its results itself.
    /// </remarks>
    public bool CanTakeAlong(DbCommand command, CommandEventData eventData)
    {
        if (Owner is { ReadOnly: false } && session.Engine.Variables is null)
            return false;
        if (command.CommandType is not CommandType.Text || eventData.ExecuteMethod is DbCommandMethod.ExecuteScalar ||
            slot.Interceptors.HasForeignOfCommands)
            return false;

        if (_settings is null)
            TakeSettings();
        return _settings is { } settings && settings.CanLead(command) && (settings.IsForQueries
            ? eventData.CommandSource is CommandSource.LinqQuery
            : eventData.CommandSource is not CommandSource.SaveChanges || CountsResults);
    }

    /// <summary>A command is about to be sent, which takes along what the server has yet to be told.</summary>
    public void TakeAlong(DbCommand command)
    {
        if (_settings is { AreSent: false } settings)
            settings.TakeAlong(command);
        else
            _settings?.ForgetCarrier();
    }

    /// <summary>A command has answered: its reader goes on to the first result of its own.</summary>
    public ValueTask SkipAsync(DbCommand command, DbDataReader reader, bool async, CancellationToken cancellationToken)
        => _settings?.ResultsBefore(command) is > 0 and var results
            ? SkipAsync(reader, results, async, cancellationToken)
            : default;

    /// <summary>How many statements stand in front of a command's own text.</summary>
    public int StatementsBefore(DbCommand command) => _settings?.StatementsBefore(command) ?? 0;

    /// <summary>A command has failed, and may not have been sent.</summary>
    public void Failed(DbCommand command) => _settings?.Failed(command);

    /// <summary>A savepoint of a save is made.</summary>
    public void SavepointMade(string name) => _settings?.SavepointMade(name);

    /// <summary>What came after a savepoint is undone.</summary>
    public void WentBackTo(string name) => _settings?.WentBackTo(name);

    private static async ValueTask SkipAsync(DbDataReader reader, int results, bool async, CancellationToken cancellationToken)
    {
        try
        {
            for (var count = 0; count < results; count++)
                _ = async ? await reader.NextResultAsync(cancellationToken).ConfigureAwait(false) : reader.NextResult();
        }
        catch
        {
            // The command has failed, and EF Core has not got the reader yet.
            if (async)
                await reader.DisposeAsync().ConfigureAwait(false);
            else
                reader.Dispose();
            throw;
        }
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
