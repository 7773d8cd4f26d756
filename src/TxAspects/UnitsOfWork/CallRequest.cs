namespace TxAspects.UnitsOfWork;

/// <summary>What a call asks for: its settings, those of its process or container, and its name.</summary>
internal readonly record struct CallRequest(TxAspectsOptions Process, UnitOfWorkOptions Options, CallName Name)
{
    public Attempt FirstAttempt() => Attempt.First(Process, Options, Name);

    public Attempt OnlyAttempt() => Attempt.First(Process, Options, Name, isOnly: true);

    /// <summary>The unit of an asynchronous call that is tried once.</summary>
    public UnitOfWork Open() => new(this, FirstAttempt(), isSynchronous: false);
}
