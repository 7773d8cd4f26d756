using TxAspects.Sessions.Transactions;

namespace TxAspects.Units.Hooks;

/// <summary>One thing to run, synchronous or asynchronous.</summary>
/// <param name="Moment">When it runs.</param>
/// <param name="Body">What runs.</param>
/// <param name="Mark">The nested call or block in which it was added, with whose work it is undone; null outside all.</param>
internal sealed record Hook(HookMoment Moment, Delegate Body, Mark? Mark)
{
    public bool IsAsynchronous => Body is Func<Task>;

    /// <summary>The method it was added in, for messages.</summary>
    public string Name => new CallName(Body).ToString();

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
