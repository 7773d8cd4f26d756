namespace TxAspects.Soak;

/// <content>Hooks, and what they do when they run.</content>
public sealed partial class Worker
{
    private ValueTask AddHooks(Place place)
    {
        var unit = place.Unit!;
        var isAwaited = place.Async && !unit.IsSynchronous && place.Random.Next(2) == 0;
        var hook = unit.AddHook(isAwaited);
        _hooks.Enqueue(hook);
        Figures.Count("hooks");
        Tell(place, $"adds {(isAwaited ? "asynchronous " : "")}hooks");
        // It may run outside the call that is limited.
        var inHook = place with { Async = isAwaited, Depth = DeepestCall, Due = long.MaxValue };
        if (isAwaited)
        {
            Tx.OnCommitting(() => BeforeCommitAsync(inHook, hook).AsTask());
            Tx.OnCommitted(() => AfterCommitAsync(inHook, hook).AsTask());
            Tx.OnRolledBack(() => AfterRollback(inHook, hook).AsTask());
        }
        else
        {
            Tx.OnCommitting(() => Complete(BeforeCommitAsync(inHook, hook)));
            Tx.OnCommitted(() => Complete(AfterCommitAsync(inHook, hook)));
            Tx.OnRolledBack(() => Complete(AfterRollback(inHook, hook)));
        }

        return default;
    }

    private async ValueTask BeforeCommitAsync(Place place, HookModel hook)
    {
        CheckAmbient(place);
        hook.RunsBeforeCommit();
        Tell(place, "hook before the commit");
        try
        {
            if (place.Random.Next(3) == 0)
                await WriteAsync(place with { Hook = hook.Sequence }, amount: 5);
            if (place.Random.Next(12) == 0)
                throw new HookException();
        }
        catch
        {
            place.Unit!.HookThrew = true;
            throw;
        }
    }

    private async ValueTask AfterCommitAsync(Place place, HookModel hook)
    {
        CheckAmbient(place with { Unit = null });
        hook.RunsAfterCommit();
        Figures.Count("hooks after a commit");
        Tell(place, "hook after the commit");
        if (place.Random.Next(4) == 0)
            await CallAsync(place with { Unit = null }, Propagation.Required);
        if (place.Random.Next(8) == 0)
            throw new HookException();
    }

    private ValueTask AfterRollback(Place place, HookModel hook)
    {
        CheckAmbient(place with { Unit = null });
        hook.RunsAfterRollback();
        Figures.Count("hooks after a rollback");
        Tell(place, "hook after the rollback");
        return place.Random.Next(8) == 0 ? throw new HookException() : default;
    }
}
