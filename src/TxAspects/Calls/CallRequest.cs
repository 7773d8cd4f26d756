using TxAspects.Units;

namespace TxAspects.Calls;

/// <summary>What a call asks for: its settings, those of its process or container, and its name.</summary>
internal readonly record struct CallRequest(TxAspectsOptions ProcessOptions, UnitOfWorkOptions Options, CallName Name)
{
    public Attempt FirstAttempt() => Attempt.First(ProcessOptions, Options, Name);

    public Attempt OnlyAttempt() => Attempt.First(ProcessOptions, Options, Name, isOnly: true);

    /// <summary>The unit of an asynchronous call that is tried once.</summary>
    public UnitOfWork Open() => Open(FirstAttempt(), isSynchronous: false);

    public UnitOfWork Open(Attempt attempt, bool isSynchronous) => new(ProcessOptions, Options, Name, attempt, isSynchronous);
}
