using TxAspects.Ambient;
using TxAspects.UnitsOfWork;

namespace TxAspects.Interception;

/// <summary>The hooks that are running in this flow of calls, for packages that have to refuse something to them.</summary>
public static class RunningHook
{
    private static readonly AmbientSlot<Running> Slot = new();

    /// <summary>
    /// The innermost hook that is running here, such as 'OrderService.PlaceAsync' for a lambda made there; null where none is.
    /// </summary>
    public static string? Name => Slot.Current?.Name.ToString();

    /// <summary>Whether a hook of this unit is running here.</summary>
    public static bool IsOf(ITxUnit unit)
    {
        for (var here = Slot.Current; here is not null; here = here.Around)
        {
            if (here.Unit == unit)
                return true;
        }

        return false;
    }

    internal static Action Told(ITxUnit unit, Action hook) => () =>
    {
        using var entered = Enter(unit, hook);
        hook();
    };

    internal static Func<Task> Told(ITxUnit unit, Func<Task> hook) => async () =>
    {
        using var entered = Enter(unit, hook);
        await hook().ConfigureAwait(false);
    };

    private static AmbientSlot<Running>.Entered Enter(ITxUnit unit, Delegate hook)
        => Slot.Enter(new Running(unit, new CallName(hook), Slot.Current));

    private sealed record Running(ITxUnit Unit, CallName Name, Running? Around);
}
