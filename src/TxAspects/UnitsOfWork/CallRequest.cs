namespace TxAspects.UnitsOfWork;

/// <summary>What a call asks for: its settings, those of its process or container, and its name.</summary>
internal readonly record struct CallRequest(TxAspectsOptions Process, UnitOfWorkOptions Options, CallName Name)
{
    public Attempt FirstAttempt() => Attempt.First(Process, Options, Name);

    public Attempt OnlyAttempt() => Attempt.First(Process, Options, Name, isOnly: true);
}
