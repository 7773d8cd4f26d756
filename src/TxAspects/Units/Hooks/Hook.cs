using TxAspects.Sessions.Transactions;
using TxAspects.Units.Ambient;

namespace TxAspects.Units.Hooks;

/// <summary>One thing to run, synchronous or asynchronous.</summary>
/// <param name="Moment">When it runs.</param>
/// <param name="Body">What runs.</param>
/// <param name="Mark">The nested call or block in which it was added, with whose work it is undone; null outside all.</param>
internal sealed record Hook(HookMoment Moment, Delegate Body, Mark? Mark)
{
    public bool IsAsynchronous => Body is not Action;

    /// <summary>The method it was added in, for messages.</summary>
    public string Name => new CallName(Body).ToString();

    public static SynchronousUseException CannotRunSynchronously()
        => new("A hook", "Register it with the overload that takes an Action, or end the unit from asynchronous code.");

    public async ValueTask RunAsync(bool async)
    {
        if (Body is Action run)
            run();
        else if (async)
            await StartAsync().ConfigureAwait(false);
        else
            throw CannotRunSynchronously();
    }

    private Task StartAsync() => Body is Func<CancellationToken, Task> takesToken ? takesToken(Token()) : ((Func<Task>)Body)();

    // After the end the work is as it is, and what follows from it is nobody's to cut short.
    private CancellationToken Token()
        => Moment is HookMoment.Committing && AmbientUnit.Open is { } unit ? unit.CancellationToken : CancellationToken.None;
}
