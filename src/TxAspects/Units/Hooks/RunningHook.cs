using TxAspects.Units.Ambient;

namespace TxAspects.Units.Hooks;

/// <summary>The hooks that are running in this flow of calls, for packages that have to refuse something to them.</summary>
public static class RunningHook
{
    private static readonly AmbientSlot<Running> Slot = new();

    /// <summary>
    /// The innermost hook that is running here, such as 'OrderService.PlaceAsync' for a lambda made there; null where none is.
    /// </summary>
    public static string? Name => Slot.Current?.Hook.Name;

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

    internal static async ValueTask RunAsync(UnitOfWork unit, Hook hook, bool async)
    {
        using var entered = Slot.Enter(new Running(unit, hook, Slot.Current));
        var step = unit.Observation?.Begin(UnitStepKind.HookRun, hook.Name);
        try
        {
            await hook.RunAsync(async).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            step?.End(exception);
            throw;
        }

        step?.End();
    }

    private sealed record Running(ITxUnit Unit, Hook Hook, Running? Around);
}
