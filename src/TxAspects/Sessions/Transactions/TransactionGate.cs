using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using TxAspects.Drivers;
using TxAspects.Observing;
using TxAspects.Sessions.EntityFramework;
using TxAspects.Sessions.Reading;
using TxAspects.Sessions.Transactions.Ends;

namespace TxAspects.Sessions.Transactions;

/// <summary>
/// The one way in which a session's transaction begins and ends. Whoever asks for it, the unit, a nested call, a save or user code by EF
/// Core's own methods, comes through here, so that every ending is decided by the same rules and is known to the unit.
/// </summary>
/// <remarks>
/// The invariant: <see cref="Current"/> is the transaction that is open on the server, or null. It is set when EF Core has begun it and
/// taken back before its end is told to anybody. What was sent since, what failed and who may still send something is kept beside it and
/// starts anew with each transaction.
/// </remarks>
internal sealed class TransactionGate
{
    private readonly Session _session;
    private readonly SessionSlot _slot;
    private readonly TransactionEntry _entry;

    public TransactionGate(Session session, SessionSlot slot)
    {
        _session = session;
        _slot = slot;
        _entry = new TransactionEntry(session, this, slot);
        Saves = new Saves(session, this, slot);
        Commands = new SentCommands(session, this, slot);
        Start = new TransactionStart(session, this, slot);
        EndByOthers = new EndByOthers(session, this);
        Succession = new Succession(this);
        LoneQueries = new LoneQueries(session, slot);
    }

    /// <summary>What was sent in the transaction.</summary>
    public SentCommands Commands { get; }

    /// <summary>How it begins.</summary>
    public TransactionStart Start { get; }

    /// <summary>Whether somebody else has ended it.</summary>
    public EndByOthers EndByOthers { get; }

    /// <summary>Those that went with their connection, and for which it goes on.</summary>
    public Succession Succession { get; }

    /// <summary>Queries that need no transaction of the unit's.</summary>
    public LoneQueries LoneQueries { get; }

    /// <summary>The saves of the transaction.</summary>
    public Saves Saves { get; }

    /// <summary>The transaction that is open on the server, or null.</summary>
    public SessionTransaction? Current { get; private set; }

    public DbTransaction? DbTransaction => Current?.Database ?? Start.Started;

    public bool IsOpen => Current is not null;

    /// <summary>Whether nothing can have been written that a commit would keep.</summary>
    public bool IsFresh => !IsOpen || Commands.Writes.AreNone;

    /// <summary>Whether the session has a connection of the pool, which others wait for.</summary>
    public bool HoldsConnection => IsOpen || LoneQueries.HoldsConnection;

    /// <summary>Whether the server is at work in the transaction, also for commands that nobody here sees.</summary>
    // Where the transactions are not real ones, it may be at work for others.
    public bool IsExecuting
        => IsOpen && (Commands.AreHandedOut || _session.Engine.Redirection is not { OwnsTransactions: false }) &&
           Driver.IsExecuting(_slot.Connection.DbConnection);

    /// <summary>Counts the transactions, so that a savepoint can tell whether its own is still the open one.</summary>
    public int Generation { get; private set; }

    /// <summary>Open while a transaction is, then how it ended; null before the first. May be read by another thread.</summary>
    public UnitOfWorkState? State { get; private set; }

    /// <summary>True where the transaction went with its connection, until a rollback is asked for.</summary>
    public bool HasLost => LostGeneration is not null;

    /// <summary>The transaction that went with its connection; EF Core begins the next one without a word.</summary>
    public int? LostGeneration { get; set; }

    /// <summary>What a commit in two phases has prepared; null elsewhere.</summary>
    public PreparedPart? Prepared { get; set; }

    /// <summary>Whether a save of the end or early commit that runs took its commit along, and no transaction has begun since.</summary>
    public bool IsCommittedWithSave { get; set; }

    /// <summary>A decision that the commit is to write; null elsewhere.</summary>
    public Guid? Decision { get; set; }

    private DbDriver Driver => _session.Engine.Driver;

    private ISessionOwner Owner => _session.Owner;

    /// <summary>
    /// Makes sure that a transaction is open, at an isolation level that user code asks for; the unit's own wins. For who is inside the
    /// admission.
    /// </summary>
    public ValueTask BeginAsync(IsolationLevel isolationLevel, bool async, CancellationToken cancellationToken)
        => _entry.EnterAsync(isolationLevel, async, cancellationToken);

    /// <summary>The same for a command, which <see cref="SentCommands.Prepare"/> lets take settings along where it can.</summary>
    public ValueTask BeginAsync(DbCommand command, CommandEventData eventData, bool async, CancellationToken cancellationToken)
        => _entry.EnterAsync(command, eventData, async, cancellationToken);

    /// <summary>EF Core has made an object of it.</summary>
    public void Began(SessionTransaction transaction)
    {
        Generation++;
        IsCommittedWithSave = false;
        Current = transaction;
        State = UnitOfWorkState.Open;
        Start.Began();
    }

    /// <summary>A query was a transaction of its own.</summary>
    public void ReadAlone() => State = UnitOfWorkState.Committed;

    /// <summary>Makes a savepoint in the open transaction.</summary>
    /// <exception cref="SessionException">The transaction is over, and a savepoint might begin another one.</exception>
    /// <exception cref="SessionInUseException">The rows of a query are still being read.</exception>
    public async ValueTask SaveAsync(string name, bool isOfSave, bool async, CancellationToken cancellationToken)
    {
        EndByOthers.ThrowIfOver();
        Commands.ThrowIfReading();

        // What is told behind a savepoint goes with it. A save that is undone alone lets the next command tell it again.
        if (isOfSave)
            Start.SavepointMade(name);
        else
            await Start.SendSettingsAsync(async, cancellationToken).ConfigureAwait(false);
        using var turn = await _session.Engine.TakeTurnAsync(_session.Context, async, cancellationToken).ConfigureAwait(false);
        await Driver.SaveAsync(DbTransaction!, name, async, cancellationToken).ConfigureAwait(false);
        Owner.Observation?.Note(UnitStepKind.Savepoint, name, _session.Connect, _session.ConnectName);
    }

    /// <summary>
    /// Undoes what was done since a savepoint, a failure too. Nothing where the transaction is over, and so beyond all savepoints.
    /// </summary>
    public async ValueTask RollBackToAsync(string name, bool async)
    {
        if (EndByOthers.IsThere)
            return;

        using var turn = await _session.Engine.TakeTurnAsync(_session.Context, async, CancellationToken.None).ConfigureAwait(false);
        await ServerCommit.RollBackAsync(_session, DbTransaction!, name, async).ConfigureAwait(false);
        Start.WentBackTo(name);
        Commands.FailureUndone();
    }

    /// <summary>
    /// Commits the open transaction; false when there was none. Takes no token: a commit that is cancelled midway has an unknown outcome.
    /// </summary>
    public async ValueTask<bool> CommitAsync(bool async)
    {
        await Saves.UndoAsync(async).ConfigureAwait(false);
        await LoneQueries.ReleaseAsync(async).ConfigureAwait(false);
        if (Current is not { } transaction)
            return false;

        await transaction.CommitAsync(async).ConfigureAwait(false);
        return State is UnitOfWorkState.Committed && !Commands.Writes.AreNone;
    }

    /// <summary>An interceptor of somebody else's has committed, as the set-up of a test does.</summary>
    public void CommittedByOthers()
    {
        if (!Commands.Writes.AreNone)
            Owner.MarkDurable();
    }

    /// <summary>The transaction is committed, whoever did it.</summary>
    public void Committed()
    {
        State = UnitOfWorkState.Committed;
        Ended();
    }

    /// <summary>
    /// Rolls back what is open. Throws nothing: a failure goes to the log, and the server rolls back what it cannot be told about. For
    /// whoever has closed the admission or is inside it.
    /// </summary>
    /// <param name="async">Whether to wait asynchronously.</param>
    /// <param name="failure">What made the work fail, where that is known.</param>
    public async ValueTask RollBackAsync(bool async, Exception? failure)
    {
        Saves.Forget();
        Succession.Forget();
        if (Prepared is { } prepared)
        {
            await prepared.RollBackAsync(async).ConfigureAwait(false);
            return;
        }

        if (Current is { } transaction)
        {
            EndByOthers.Note(failure);
            await transaction.RollBackAsync(async).ConfigureAwait(false);
        }
        else if (HasLost && Commands.AreHandedOut)
        {
            EndByOthers.Note(failure);
        }

        LostGeneration = null;
        await LoneQueries.ReleaseAsync(async).ConfigureAwait(false);
        Commands.FailureUndone();
    }

    /// <summary>A save that was all of the unit is kept or not, and began no transaction here.</summary>
    public void EndedAlone(bool isCommitted)
    {
        State = isCommitted ? UnitOfWorkState.Committed : State is UnitOfWorkState.OutcomeUnknown ? State : UnitOfWorkState.RolledBack;
        Ended();
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

    /// <summary>
    /// Undoes all that the transaction did, and goes on in one like it. False where there is no way, and all of it was rolled back.
    /// </summary>
    public async ValueTask<bool> StartOverAsync(bool async)
    {
        if (Current is null)
            return false;

        Generation++;
        if (await Start.StartOverAsync(async).ConfigureAwait(false) is not { } failure)
        {
            Commands.StartOver();
            return true;
        }

        // What made the save fail must reach the caller all the same.
        Owner.Log.RollbackFailed(_session.ConnectName, Owner.Name, failure);
        await RollBackAsync(async, failure).ConfigureAwait(false);
        return false;
    }

    /// <summary>Nobody knows what became of the work.</summary>
    public void LostInDoubt()
    {
        Owner.MarkDurable(isInDoubt: true);
        State = UnitOfWorkState.OutcomeUnknown;
    }

    public void Lost()
    {
        LostGeneration ??= Generation;
        _slot.HasLostConnection = true;
    }

    /// <summary>The connection was closed, or is lost, while a transaction was open on it.</summary>
    public void ConnectionClosed()
    {
        if (Current is { IsEnding: false })
            Lost();
    }

    private void Ended()
    {
        Current = null;
        Prepared = null;
        EndByOthers.Forget();
        Succession.Forget();
        Start.Forget();
        Commands.Forget();
        Saves.Forget();
        _session.PlacesOrNull?.TransactionEnded(Owner.Here);
    }
}
