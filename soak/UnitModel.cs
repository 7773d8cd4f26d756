using Microsoft.EntityFrameworkCore;

namespace TxAspects.Soak;

/// <summary>
/// What one unit of work has written and not yet ended, as its caller may understand it from what returned and what threw.
/// </summary>
public sealed class UnitModel(Ledger ledger, int operation, ITxUnit unit, bool isSynchronous)
{
    private readonly List<Write> _pending = [];
    private bool _isDurable;

    public ITxUnit Unit { get; } = unit;

    /// <summary>Whether synchronous code opened it, which cannot await hooks.</summary>
    public bool IsSynchronous => isSynchronous;

    public HookBook Hooks { get; } = new();

    public int Sequence { get; private set; }

    /// <summary>Whether the call that opened the unit asked for the rollback, returned a failure or left its scope.</summary>
    public bool Asked { get; set; }

    /// <summary>Whether it asked in a block that was undone: the request goes with the work, unless some of that is elsewhere.</summary>
    public bool MayHaveAsked { get; set; }

    /// <summary>Whether a hook before a commit has thrown, and nobody has taken note of it.</summary>
    public bool HookThrew { get; set; }

    /// <summary>A row was written; what a hook writes belongs to the call that added the hook.</summary>
    public void Add(int id, string connect, int? hook)
    {
        Hooks.Use(connect);
        _pending.Add(new Write(id, connect, hook ?? ++Sequence));
    }

    public HookModel AddHook(bool isAwaited)
    {
        var hook = new HookModel(++Sequence, isAwaited);
        Hooks.Add(hook);
        return hook;
    }

    public bool HasPending(string? connect) => _pending.Exists(write => write.IsOf(connect, since: 0));

    /// <summary>The commit of what is pending was acknowledged.</summary>
    public void Commit(string? connect)
    {
        foreach (var write in Take(connect, since: 0))
        {
            // Where nobody was told of a rollback, a commit that succeeds says that there was one: what is broken would have forbidden it.
            if (write is { IsBroken: true, IsDoubtful: true })
                continue;

            _isDurable = true;
            if (write.IsBroken)
                ledger.Report($"Operation {operation}: row {write.Id} belongs to a call that failed, and its commit was acknowledged.");
            ledger.Expect(write.Id, write.IsDoubtful ? Expectation.Either : Expectation.Present);
        }
    }

    /// <summary>What is pending was rolled back.</summary>
    public void Discard(string? connect, int since = 0) => Take(connect, since);

    /// <summary>Rows of a call that failed: they were undone, or the unit will not commit.</summary>
    public void Discard(IReadOnlyCollection<int> rows) => _pending.RemoveAll(write => rows.Contains(write.Id));

    /// <summary>What is pending belongs to work that failed without being undone, so the unit must not commit it.</summary>
    public void Break(string? connect, int since) => Each(connect, since, write => write.IsBroken = true);

    /// <summary>Whether some of what is pending belongs to work that failed without being undone.</summary>
    public bool HasBroken(int since) => _pending.Exists(write => write.IsBroken && write.IsOf(name: null, since));

    /// <summary>Nobody knows whether what is pending is still there: a rollback failed, or it is told to nobody.</summary>
    public void Doubt(string? connect, int since = 0) => Each(connect, since, write => write.IsDoubtful = true);

    /// <summary>A commit failed; the rows of which nothing is known yet stay pending.</summary>
    /// <param name="exception">What the caller got.</param>
    /// <param name="connect">What was to be committed; null for all.</param>
    /// <param name="since">The hooks that took part.</param>
    public void CommitFailed(Exception exception, string? connect, int since = 0)
    {
        // What a save meets, EF Core wraps.
        switch (exception is DbUpdateException { InnerException: CommitOutcomeUnknownException met } ? met : exception)
        {
            case PartialCommitException partial:
                foreach (var one in partial.Committed)
                    Commit(one);
                if (partial.IsOutcomeUnknown)
                    Forget(partial.Failed);
                Hooks.Doubt();
                break;
            case CommitOutcomeUnknownException unknown:
                Forget(unknown.ConnectName);
                Hooks.Doubt();
                break;
            case not null when HookThrew:
                Discard(connect);
                if (Unit.State is UnitOfWorkState.OutcomeUnknown)
                    Hooks.Doubt();
                else
                    Hooks.End(connect, HookFate.RolledBack, since);
                break;
        }

        HookThrew = false;
    }

    /// <summary>The call that opened the unit returned.</summary>
    public void Returned()
    {
        if (Unit.State == UnitOfWorkState.Committed)
        {
            ReportIfAsked();
            Commit(connect: null);
            Hooks.EndUnit(HookFate.Committed);
            return;
        }

        if (!Asked && !MayHaveAsked)
            ledger.Report($"Operation {operation}: a unit returned without an exception, and its state is {Unit.State}.");
        Discard(connect: null);
        EndHooksUncommitted();
    }

    /// <summary>The call that opened the unit threw.</summary>
    public void Threw(Exception exception, bool bodyReturned)
    {
        if ((!bodyReturned || exception is UnitOfWorkDoomedException) && FindUnknown(exception) is { } unknown)
            Forget(unknown.ConnectName);
        else if (bodyReturned)
            CommitFailed(exception, connect: null);
        else if (Unit.State is UnitOfWorkState.OutcomeUnknown)
            Forget(connect: null);    // the body has swallowed what said so, and threw something else
        Discard(connect: null);
        EndHooksUncommitted();
    }

    /// <summary>The call that opened the unit threw what it commits on. Whether the commit succeeded, only the unit itself tells.</summary>
    public void ThrewTolerated()
    {
        switch (Unit.State)
        {
            case UnitOfWorkState.Committed:
                ReportIfAsked();
                Commit(connect: null);
                Hooks.EndUnit(HookFate.Committed);
                break;
            case UnitOfWorkState.RolledBack:
                Discard(connect: null);
                Hooks.EndUnit(HookFate.RolledBack);
                break;
            default:
                Forget(connect: null);
                Hooks.EndUnit(HookFate.Never);
                break;
        }
    }

    /// <summary>The unit is repeated from the start.</summary>
    public void Repeated()
    {
        if (_isDurable)
            ledger.Report($"Operation {operation}: a unit was repeated after it had committed something.");
        Discard(connect: null);
        Hooks.Repeat();
    }

    /// <summary>What a beginning that was cut off says, also where it was met by a save or refuses the end.</summary>
    private static CommitOutcomeUnknownException? FindUnknown(Exception? exception)
    {
        while (exception is not (null or CommitOutcomeUnknownException))
            exception = exception.InnerException;
        return (CommitOutcomeUnknownException?)exception;
    }

    // A block's commit may be the one of which nobody knows.
    private void EndHooksUncommitted()
        => Hooks.EndUnit(Unit.State is UnitOfWorkState.OutcomeUnknown ? HookFate.Unclear : HookFate.RolledBack);

    private void ReportIfAsked()
    {
        if (Asked)
            ledger.Report($"Operation {operation}: a unit committed although its own call had given it up.");
    }

    private void Forget(string? connect)
    {
        foreach (var write in Take(connect, since: 0))
        {
            _isDurable = true;
            ledger.Expect(write.Id, Expectation.Either);
        }
    }

    private void Each(string? connect, int since, Action<Write> act)
        => _pending.FindAll(write => write.IsOf(connect, since)).ForEach(act);

    private List<Write> Take(string? connect, int since)
    {
        var taken = _pending.FindAll(write => write.IsOf(connect, since));
        _pending.RemoveAll(write => write.IsOf(connect, since));
        return taken;
    }

    private sealed class Write(int id, string connect, int sequence)
    {
        public int Id => id;

        public string Connect => connect;

        public bool IsBroken { get; set; }

        public bool IsDoubtful { get; set; }

        public bool IsOf(string? name, int since) => (name is null || name == connect) && sequence > since;
    }
}
