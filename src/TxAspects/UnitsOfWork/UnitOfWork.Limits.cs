using TxAspects.Connections;

namespace TxAspects.UnitsOfWork;

/// <content>Settings taken over, deadline and repetition.</content>
internal sealed partial class UnitOfWork
{
    private readonly Attempt _attempt;
    private volatile bool _isDurable;
    private volatile bool _isInDoubt;
    private bool _adopts;

    /// <summary>The deadline in force: the unit's own, or for its time the nearer one of a call that joined.</summary>
    public Deadline? Deadline { get; private set; }

    /// <summary>The open unit in which this one was opened.</summary>
    public UnitOfWork? Around { get; }

    ITxUnit? ITxUnit.Around => Around;

    public int Attempt => _attempt.Number;

    /// <summary>What reads here must see: given by its options, or by those of a unit around it.</summary>
    public string? ReadAfter => Options.ReadAfter ?? Around?.ReadAfter;

    /// <summary>The next attempt, where the failure that ended this one may be gone then.</summary>
    public Attempt? Next { get; private set; }

    public CancellationToken CancellationToken => Deadline?.Token ?? CancellationToken.None;

    /// <summary>The unit was opened early, for whoever comes first: until it has sent something it takes over the settings of the first call that joins.</summary>
    public void AdoptFirst() => _adopts = true;

    public void Adopt(UnitOfWorkOptions options)
    {
        if (!_adopts)
            return;

        var sessions = Sessions();
        if (Array.Exists(sessions, enlisted => enlisted.Session!.Activity > 0))
            return;

        _adopts = false;
        if (Options.ReadAfter is { } readAfter && options.ReadAfter is null)
            options = options with { ReadAfter = readAfter };
        Options = Options.ReadOnly ? options with { ReadOnly = true, InheritReadOnly = true } : options;
        if (options.Timeout is { } timeout)
            Deadline = new Deadline(Process.TimeProvider, timeout, Name);
        foreach (var enlisted in sessions)
            enlisted.Session!.Owner = this;
    }

    /// <summary>
    /// Something was committed, or may have been, here or in a unit inside this one, so that it cannot be done again. Where its own work is in doubt, what waits for a commit or a rollback of it is not told of either.
    /// </summary>
    public void MarkDurable(bool isInDoubt = false)
    {
        for (var unit = this; unit is not null; unit = unit.Around)
            unit._isDurable = true;

        if (isInDoubt)
        {
            _isInDoubt = true;
            DropHooks(UnitOfWorkState.OutcomeUnknown);
        }
    }

    /// <summary>Shortens the deadline to that of an inner call. What it returns is to be given to <see cref="Restore"/>.</summary>
    public Deadline? Shorten(Deadline inner)
    {
        var outer = Deadline;
        if (outer is null || inner.Remaining < outer.Remaining)
            Deadline = inner;
        return outer;
    }

    public void Restore(Deadline? outer) => Deadline = outer;

    private void DecideOnNext(Exception failure)
    {
        if (_attempt.IsOnly || _attempt.Number > Options.MaxRetries || _isDurable || Deadline is { HasPassed: true } || IsRollbackOnly || !MayBeGone(failure))
            return;

        Next = _attempt.Next();
    }

    private bool MayBeGone(Exception failure)
        => !failure.HasCause<CommitOutcomeUnknownException>() && !failure.HasCause<UnitOfWorkTimeoutException>() &&
           failure.IsTransient(Options.RetryOnConcurrencyFailure, Sessions().Select(enlisted => enlisted.Connect));
}
