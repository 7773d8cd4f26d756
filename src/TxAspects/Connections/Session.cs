using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace TxAspects.Connections;

/// <summary>A context with the transaction that opens at its first command.</summary>
/// <remarks>
/// <c>async: false</c> runs a method synchronously to its end, so that both kinds share one body. Like its context, a session is used by
/// one branch at a time.
/// </remarks>
internal sealed partial class Session
{
    private ISessionOwner _owner;
    private bool _closing;
    private bool _gone;
    private QueryTrackingBehavior? _trackingBefore;

    private Session(DbConnect connect, ISessionOwner owner, DbContext context, Engine? engine)
    {
        Connect = connect;
        _owner = owner;
        Context = context;
        Engine = engine;
    }

    /// <summary>The connect it serves; a session that was attached may have been made by another one.</summary>
    public DbConnect Connect { get; private set; }

    public DbContext Context { get; }

    /// <summary>The engine leased for this session; null for a context made elsewhere, which has no interceptor and begins eagerly.</summary>
    public Engine? Engine { get; }

    public ISessionOwner Owner
    {
        get => _owner;
        set
        {
            _owner = value;
            ApplyReadOnly();
        }
    }

    /// <summary>Counts the transactions begun, so that a savepoint can tell whether its own is still the open one.</summary>
    public int Generation { get; private set; }

    /// <summary>Open while a transaction is, then how it ended; null before the first. May be read by another thread.</summary>
    public UnitOfWorkState? TransactionState { get; private set; }

    public bool IsInTransaction => TransactionState is UnitOfWorkState.Open;

    /// <summary>Counts the commands begun, so that a block can tell whether this session was used inside it.</summary>
    public int Activity { get; private set; }

    /// <summary>True when the context was disposed by somebody else than <see cref="CloseAsync"/>. It may serve another unit by now.</summary>
    public bool WasDisposedByUser => IsGone && !_closing;

    public DbTransaction? DbTransaction => Transaction?.GetDbTransaction();

    /// <summary>Whether there is uncommitted work: an open transaction, or changes not saved yet.</summary>
    public bool HasUncommittedWork => Transaction is not null || HasUnsavedChanges;

    public bool HasUnsavedChanges => !IsGone && Context.ChangeTracker.HasChanges();

    // A context made elsewhere has no slot to tell us, but it can be asked.
    private bool IsGone => _gone || (Engine is null && (_gone = IsDisposed(Context)));

    private IDbContextTransaction? Transaction => IsGone ? null : Context.Database.CurrentTransaction;

    public static Session Open(DbConnect connect, ISessionOwner owner, DbContext context, Engine engine)
    {
        if (SessionSlot.Of(context) is not { } slot)
        {
            context.Dispose();
            throw SessionException.MadeWithOtherOptions(context.GetType().Name, connect.Name);
        }

        var session = new Session(connect, owner, context, engine);

        // The transaction begins at the first command, so EF Core must not begin and commit one of its own around a save.
        context.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
        slot.Session = session;

        // The way in for changes that send no command; what a query tracks was checked with its command.
        context.ChangeTracker.Tracking += slot.Tracking;
        session.ApplyReadOnly();
        return session;
    }

    /// <summary>The session of a context, or a new one over a context that no connect made.</summary>
    public static Session OfOrOver(DbContext context, DbConnect connect, ISessionOwner owner)
        => SessionSlot.Of(context)?.Session ?? new Session(connect, owner, context, engine: null);

    /// <summary>Throws where the code that runs here must not use this session, or too late. Saving checks as well: what is thrown at a command of a save comes out wrapped by EF Core.</summary>
    public void CheckUse()
    {
        _owner.CheckUse(this);
        _owner.Deadline?.ThrowIfPassed();
    }

    /// <summary>Whether a command runs on this session's own connection; EF Core's administrative commands do not.</summary>
    public bool Owns(DbCommand command)
    {
        var connection = Context.Database.GetDbConnection();

        // EF Core makes some commands before it opens the connection.
        if (_replaced is not null && ReferenceEquals(command.Connection, _replaced))
            command.Connection = connection;
        return ReferenceEquals(command.Connection, connection);
    }

    public bool SharesContextWith(Session other) => Context == other.Context;

    /// <summary>Makes it the session of a connect in a unit, although it was made elsewhere. Without our interceptor its transaction begins here.</summary>
    public void MoveTo(DbConnect connect, ISessionOwner owner)
    {
        if (Engine is null && Context.Database.CreateExecutionStrategy().RetriesOnFailure)
            throw SessionException.RetriesByItself(Context.GetType().Name, connect.Name);

        connect.Attaching(Context);
        Connect = connect;
        Owner = owner;
        TransactionState = Transaction is null ? null : UnitOfWorkState.Open;
        ResumeAsync(async: false).Completed();
    }

    /// <summary>The context was disposed or went back to its pool; from here on it must not be touched.</summary>
    public void ContextGone()
    {
        _gone = true;
        ReleasePlace();
    }

    public ValueTask BeginAsync(bool async, CancellationToken cancellationToken)
    {
        CheckUse();
        Activity++;
        return Transaction is not null && !MustUndoSave ? default : BeginCoreAsync(async, cancellationToken);
    }

    /// <summary>Puts a command into the open transaction, with the time that is left.</summary>
    public void Prepare(DbCommand command)
    {
        command.Transaction = DbTransaction;
        _first = _isBeginning ? command : null;
        _isBeginning = false;
        _owner.Deadline?.Limit(command);
        Started(command);
    }

    public async ValueTask<DbConnection> OpenConnectionAsync(bool async, CancellationToken cancellationToken)
    {
        await BeginAsync(async, cancellationToken).ConfigureAwait(false);
        return Context.Database.GetDbConnection();
    }

    private async ValueTask BeginCoreAsync(bool async, CancellationToken cancellationToken)
    {
        await UndoFailedSaveAsync(async).ConfigureAwait(false);
        if (Transaction is not null)
            return;

        var isolationLevel = _owner.IsolationLevel;

        // Not by way of the facade, which asks an execution strategy first; ours does not retry.
        var transactions = (IRelationalTransactionManager)((IDatabaseFacadeDependenciesAccessor)Context.Database).Dependencies.TransactionManager;
        var transaction = async
            ? await transactions.BeginTransactionAsync(isolationLevel, cancellationToken).ConfigureAwait(false)
            : transactions.BeginTransaction(isolationLevel);
        Generation++;
        _begun = transaction;
        _isBeginning = true;
        TransactionState = UnitOfWorkState.Open;

        if (_owner.ReadOnly)
            await ExecuteAsync(transaction.GetDbTransaction(), "SET TRANSACTION READ ONLY", async, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask ExecuteAsync(DbTransaction transaction, string sql, bool async, CancellationToken cancellationToken)
        => await ExecuteAsync(transaction.Connection!, command => (command.Transaction, command.CommandText) = (transaction, sql), async, cancellationToken).ConfigureAwait(false);

    /// <summary>Runs a command past EF Core; returns the first value of what it gives.</summary>
    private static async ValueTask<object?> ExecuteAsync(DbConnection connection, Action<DbCommand> write, bool async, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using var _ = command.ConfigureAwait(false);
        write(command);
        return async ? await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) : command.ExecuteScalar();
    }

    private static bool IsDisposed(DbContext context)
    {
        try
        {
            _ = context.Database;
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    private void ApplyReadOnly()
    {
        if (IsGone)
            return;

        if (_owner.ReadOnly)
        {
            _trackingBefore ??= Context.ChangeTracker.QueryTrackingBehavior;
            Context.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        }
        else if (_trackingBefore is { } before)
        {
            Context.ChangeTracker.QueryTrackingBehavior = before;
            _trackingBefore = null;
        }
    }
}
