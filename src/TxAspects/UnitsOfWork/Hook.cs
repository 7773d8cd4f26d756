namespace TxAspects.UnitsOfWork;

/// <summary>When a hook runs.</summary>
internal enum HookMoment
{
    Committing,
    Committed,
    RolledBack,
}

/// <summary>One thing to run, synchronous or asynchronous.</summary>
internal sealed record Hook(HookMoment Moment, Delegate Body)
{
    /// <summary>Where it stands among all hooks ever added to its unit.</summary>
    public int Position { get; set; }

    public bool IsAsynchronous => Body is Func<Task>;

    public static SynchronousUseException CannotRunSynchronously()
        => new("A hook", "Register it with the overload that takes an Action, or end the unit from asynchronous code.");

    public async ValueTask RunAsync(bool async)
    {
        if (Body is Action run)
            run();
        else if (async)
            await ((Func<Task>)Body)().ConfigureAwait(false);
        else
            throw CannotRunSynchronously();
    }
}
