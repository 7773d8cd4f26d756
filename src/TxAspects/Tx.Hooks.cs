using System.Runtime.CompilerServices;
using TxAspects.Units.Ambient;
using TxAspects.Units.Hooks;

namespace TxAspects;

/// <content>What runs around the end. Hooks run in the order in which they were added, and may add hooks.</content>
public static partial class Tx
{
    // The priorities choose the overload without a token where both would fit, such as for a method group or 'delegate { ... }'.
    /// <summary>Runs before the next commit, inside the unit: it may write, and a throw rolls back.</summary>
    /// <exception cref="SynchronousUseException">The unit was opened by synchronous code, which could not await the hook.</exception>
    [OverloadResolutionPriority(1)]
    public static void OnCommitting(Func<Task> hook) => Add(HookMoment.Committing, hook, "Tx.OnCommitting");

    /// <summary>The same with the unit's token, which is cancelled at its deadline and with the token of whoever opened it.</summary>
    /// <inheritdoc cref="OnCommitting(Func{Task})"/>
    public static void OnCommitting(Func<CancellationToken, Task> hook) => Add(HookMoment.Committing, hook, "Tx.OnCommitting");

    /// <inheritdoc cref="OnCommitting(Func{Task})"/>
    [OverloadResolutionPriority(1)]
    public static void OnCommitting(Action hook) => Add(HookMoment.Committing, hook, "Tx.OnCommitting");

    /// <summary>
    /// Runs when all of the work so far is committed: at the unit's end, or after an early commit that leaves nothing uncommitted.
    /// Connections are released and no unit is ambient; it may open one. A throw is logged, the outcome stands, and the other hooks run.
    /// Where the outcome of the work is unknown, or several databases committed in part, neither these hooks run nor those of
    /// <see cref="OnRolledBack(Func{Task})"/>.
    /// </summary>
    /// <inheritdoc cref="OnCommitting(Func{Task})"/>
    [OverloadResolutionPriority(1)]
    public static void OnCommitted(Func<Task> hook) => Add(HookMoment.Committed, hook, "Tx.OnCommitted");

    /// <summary>The same for a method that takes a token. It gets one that is never cancelled.</summary>
    /// <remarks>
    /// The work is durable by then. A caller who has left, or a deadline that was meant for the work, must not cut short what follows from
    /// it. Limit the hook's own time in the hook.
    /// </remarks>
    /// <inheritdoc cref="OnCommitted(Func{Task})"/>
    public static void OnCommitted(Func<CancellationToken, Task> hook) => Add(HookMoment.Committed, hook, "Tx.OnCommitted");

    /// <inheritdoc cref="OnCommitted(Func{Task})"/>
    [OverloadResolutionPriority(1)]
    public static void OnCommitted(Action hook) => Add(HookMoment.Committed, hook, "Tx.OnCommitted");

    /// <summary>
    /// Runs when the work was rolled back, under the same conditions. Where only a nested call was undone it runs at the unit's end.
    /// </summary>
    /// <inheritdoc cref="OnCommitting(Func{Task})"/>
    [OverloadResolutionPriority(1)]
    public static void OnRolledBack(Func<Task> hook) => Add(HookMoment.RolledBack, hook, "Tx.OnRolledBack");

    /// <summary>
    /// The same for a method that takes a token. It gets one that is never cancelled, since a cancellation is often why it runs.
    /// </summary>
    /// <inheritdoc cref="OnRolledBack(Func{Task})"/>
    public static void OnRolledBack(Func<CancellationToken, Task> hook) => Add(HookMoment.RolledBack, hook, "Tx.OnRolledBack");

    /// <inheritdoc cref="OnRolledBack(Func{Task})"/>
    [OverloadResolutionPriority(1)]
    public static void OnRolledBack(Action hook) => Add(HookMoment.RolledBack, hook, "Tx.OnRolledBack");

    private static void Add(HookMoment moment, Delegate hook, string operation)
    {
        ArgumentNullException.ThrowIfNull(hook);
        AmbientUnit.RequireForHooks(operation).AddHook(moment, hook);
    }
}
