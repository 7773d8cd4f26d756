using System.Data;
using System.Data.Common;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using TxAspects.Drivers;
using TxAspects.Sessions.EntityFramework;
using TxAspects.Sessions.EntityFramework.Batches;
using TxAspects.Sessions.Transactions;
using TxAspects.Sessions.Transactions.Ends;

namespace TxAspects.Sessions.LastSaves;

/// <summary>
/// The save with which a unit ends, or commits early. Where nothing of the user's may run between it and the commit, its last command takes
/// the commit along.
/// </summary>
/// <remarks>
/// The invariant: a commit is taken along only where all that the unit would do before its COMMIT is done but for this command, which is
/// asked again when the command is about to be sent. From then on the outcome is what the server said last, never that no exception was
/// thrown. The gate is told when EF Core has ended its part of the save.
/// </remarks>
internal sealed class LastSave(Session session, SessionSlot slot, bool endsUnit)
{
    private SaveTables? _tables;
    private SessionBatch? _batch;    // the last one, while it is executed
    private CarriedCommit? _sent;
    private bool _takes;    // the commit along, as was found when the command was about to be sent
    private bool _isAlone;    // in no transaction
    private int _batches;
    private Exception? _nothing;    // why nothing was there to be kept

    /// <summary>
    /// Why the commit takes a round trip of its own, although the connect asks to spare it; null where nothing stood in the way.
    /// </summary>
    public string? Obstacle { get; private set; }

    /// <summary>What became of the commit; null where none was taken along, or nothing is kept for certain.</summary>
    public CommitAnswer? Answer { get; private set; }

    /// <summary>What refused the commit itself, so that the transaction is over.</summary>
    public Exception? Refusal { get; private set; }

    /// <summary>Why the commit that was taken along has failed, or has an unknown outcome; null where it has neither.</summary>
    public Exception? WhyNotKept => Refusal ?? (Answer is { State: not CommitState.Committed } lost
        ? ServerCommit.Unknown(session, lost)
        : null);

    /// <summary>Whether the commit was sent, and certainly kept nothing.</summary>
    public bool IsUndone { get; private set; }

    /// <summary>Whether the save has ended well for EF Core too; whoever fails now was told of that.</summary>
    public bool IsSaved { get; private set; }

    /// <summary>Whether a commit was sent, whose outcome the gate does not know yet.</summary>
    public bool IsSent => _sent is not null;

    /// <summary>Whether the work is kept.</summary>
    public bool IsCommitted => Answer is { State: CommitState.Committed };

    /// <summary>Whether nobody goes back to where the save began: when it fails the unit rolls back, and nobody is called before.</summary>
    public bool NeedsNoSavepoint => endsUnit && !slot.Interceptors.HasForeignOfSaves && !OverriddenSaves.Has(session.Context.GetType());

    private TransactionGate Gate => session.Gate;

    private CommitWithSave? Driver => session.Engine is { Redirection: null, Driver: var driver } ? driver.CommitWithSave : null;

    /// <summary>Reads what has to be known of the database, once for each engine and model, in the transaction of the save.</summary>
    public ValueTask PrepareAsync(bool async, CancellationToken cancellationToken)
    {
        if (Driver is not { } driver || (Obstacle = FindLastingObstacle() ?? FindObstacle()) is not null)
            return default;
        if (SaveTables.Find(session) is not { } known)
            return PrepareAsync(driver, async, cancellationToken);

        Take(known);
        return default;
    }

    /// <summary>Whether the statements of the save are to be guarded, as far as anybody knows now.</summary>
    public bool IsGuarded => _tables is not null;

    /// <summary>The next batch of the save begins.</summary>
    public int NextBatch() => ++_batches;

    /// <summary>What is known of the tables; for who has found that the save is guarded.</summary>
    public SaveTables Tables => _tables!;

    /// <summary>Guards a statement.</summary>
    public void Guard(StringBuilder sql, SaveGuard guard) => Driver!.Guard(sql, guard);

    /// <summary>A batch is about to be executed.</summary>
    public void Executing(SessionBatch batch)
    {
        _sent?.Dispose();
        (_batch, _sent, _isAlone, IsUndone) = (batch, null, false, false);
    }

    /// <summary>It is over.</summary>
    public void Executed() => _batch = null;

    /// <summary>
    /// Whether a command needs no transaction, because it is all of the unit and takes the commit along.
    /// </summary>
    /// <param name="eventData">The command.</param>
    /// <param name="canTell">Whether it can take along what the transaction would have to tell the server.</param>
    public bool RunsAlone(CommandEventData eventData, bool canTell)
    {
        _takes = eventData.CommandSource is CommandSource.SaveChanges && TakesCommit();
        _isAlone = canTell && _takes && Gate is { Current: null, Start.Started: null } && _batches == 1 &&
                   _tables!.StartsReadCommitted && session.Owner.IsolationLevel is IsolationLevel.Unspecified;
        return _isAlone;
    }

    /// <summary>A command of the save is about to be sent, with what its transaction has to tell the server.</summary>
    public void TakeAlong(DbCommand command)
    {
        if (_batch is not { } batch || !_takes)
            return;

        _sent = Driver!.TakeAlong(command, new CarriedCommitRequest
        {
            Engine = session.Engine.Source,
            Statements = Gate.Start.StatementsBefore(command) + batch.ModificationCommands.Count,
            LastGuard = batch.LastGuard,
            HasTransaction = !_isAlone,
            IsLimited = Gate.Commands.AreLimited || Gate.Start.LimitsTime,
        });
        if (Gate.Current is { } transaction)
            transaction.IsEnding = true;
    }

    /// <summary>The results of the save are read; what comes behind them is the commit's.</summary>
    public async ValueTask ReadAsync(DbDataReader reader, bool async)
        => Answer = await _sent!.ReadAsync(reader, async).ConfigureAwait(false);

    /// <summary>The same where the results could not be taken: the commit is answered all the same.</summary>
    public async ValueTask ReadAfterAsync(DbDataReader reader, bool async)
    {
        try
        {
            await ReadAsync(reader, async).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is DbException or InvalidOperationException or OperationCanceledException)
        {
            // It was refused, and what failed first says why.
        }
    }

    /// <summary>
    /// The command that took the commit along has failed, or what it answered could not be taken. Returns what is thrown in place of the
    /// failure; null where the work is kept, and nothing is lost with the answer.
    /// </summary>
    public async ValueTask<Exception?> FailedAsync(Exception failure, bool async)
    {
        ThrowIfUnknown();
        if (IsCommitted || IsUndone)
            return failure;

        var cause = failure.Causes().OfType<DbException>().FirstOrDefault() ?? failure;
        var found = await _sent!.FindAsync(cause, async).ConfigureAwait(false);
        if (found is { State: CommitState.Committed } && !_batch!.GetsValues)
        {
            Answer = found;
            return null;
        }

        if (found is not null)
        {
            Answer = found.State is CommitState.CutShort ? found : CommitAnswer.Unknown(cause, found.LookUpFailure);
            ThrowIfUnknown();
        }

        IsUndone = true;
        if (session.Context.Database.GetDbConnection().State is not ConnectionState.Open)
        {
            slot.HasLostConnection = true;
            Reopen(isLost: true);
            return failure;
        }

        // Only the server can have refused the commit; what the provider refuses was not sent.
        if (cause is not DbException || !_sent.IsSaved || failure is DbUpdateConcurrencyException)
        {
            Reopen(isLost: false);
            return failure;
        }

        Refusal = cause;
        return cause;
    }

    /// <summary>Throws where nobody knows what became of the commit, or the server that answered may lose it.</summary>
    /// <exception cref="CommitOutcomeUnknownException">It is so.</exception>
    public void ThrowIfUnknown()
    {
        if (Answer is { State: not CommitState.Committed } unknown)
            ServerCommit.Note(session, unknown);
    }

    /// <summary>The only row was not taken, so that the commit kept nothing although it was carried out.</summary>
    public void KeptNothing(Exception failure) => (Answer, IsUndone, _nothing) = (null, true, failure);

    /// <summary>EF Core has ended its part of the save: the gate learns what became of the commit.</summary>
    public async ValueTask ConcludeAsync(bool isSaved, bool async)
    {
        if (_sent is not { } sent)
            return;

        (IsSaved, _sent) = (isSaved, null);
        sent.Dispose();
        if (Gate.Current is { IsEnding: true } transaction)
        {
            if (IsCommitted)
                await transaction.CommitAsync(async).ConfigureAwait(false);
            else
                await transaction.CommitFailedAsync((WhyNotKept ?? _nothing)!, DateTimeOffset.UtcNow, async).ConfigureAwait(false);
        }
        else if (_isAlone)
        {
            if (IsCommitted)
                ServerCommit.Note(session, Answer!);
            Gate.EndedAlone(IsCommitted);
        }

        Gate.IsCommittedWithSave = IsCommitted;
    }

    // The save failed in its transaction, which is still there to be rolled back.
    private void Reopen(bool isLost)
    {
        if (Gate.Current is not { } transaction)
            return;

        transaction.IsEnding = false;
        if (isLost)
            Gate.Lost();
    }

    private async ValueTask PrepareAsync(CommitWithSave driver, bool async, CancellationToken cancellationToken)
        => Take(await SaveTables.ReadAsync(session, driver, async, cancellationToken).ConfigureAwait(false));

    private void Take(SaveTables tables)
    {
        if (tables.HasProcedures)
            Obstacle = "the model has stored procedures";
        else
            _tables = tables;
    }

    private bool TakesCommit()
        => _tables is not null && _batch is { AreMoreBatchesExpected: false } batch &&
           (Obstacle = FindObstacle() ?? batch.Obstacle) is null && Driver!.IsOn(batch.GetsValues);

    // What holds for all saves of the context.
    private string? FindLastingObstacle()
        => slot.Interceptors.HasForeignOfSaves ? "an interceptor of the application's may act between the save and its commit"
            : slot.Interceptors.HasForeignOfCommands ? "an interceptor of the application's sees commands or transactions"
            : OverriddenSaves.Has(session.Context.GetType()) ? "the context overrides SaveChanges"
            : session.Engine.Cluster is { TellsPosition: true } ? "the commit is asked for its position in the server's log"
            : null;

    private string? FindObstacle()
        => Gate.Commands.AreHandedOut || Gate.Commands.IsHeld ? "the application holds the connection or the transaction"
            : Gate.Current is { IsOfSave: true } ? "EF Core began the transaction around the save"
            : session.Owner.FindCommitObstacle(session, endsUnit);
}
