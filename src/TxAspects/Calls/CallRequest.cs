using TxAspects.Units;
using TxAspects.Units.Hooks;

namespace TxAspects.Calls;

/// <summary>What a call asks for: its settings, those of its process or container, its name, and its caller's token.</summary>
internal readonly record struct CallRequest(
    TxAspectsOptions ProcessOptions, UnitOfWorkOptions Options, CallName Name, CancellationToken Caller = default)
{
    public Attempt FirstAttempt() => Attempt.First(ProcessOptions, Options, Name, Caller);

    public Attempt OnlyAttempt() => Attempt.First(ProcessOptions, Options, Name, Caller, isOnly: true);

    /// <summary>The unit of an asynchronous call that is tried once.</summary>
    public UnitOfWork Open() => Open(FirstAttempt(), isSynchronous: false);

    public UnitOfWork Open(Attempt attempt, bool isSynchronous)
    {
        var unit = new UnitOfWork(ProcessOptions, Options, Name, attempt, isSynchronous);
        if (ProcessOptions.OnOpened is { } observer)
            UnitOpening.Tell(unit, observer);
        return unit;
    }
}
