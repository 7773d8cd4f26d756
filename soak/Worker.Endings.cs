namespace TxAspects.Soak;

/// <content>Early commits, rollbacks and closes.</content>
public sealed partial class Worker
{
    private async ValueTask CommitAsync(Place place)
    {
        var connect = place.Random.Next(3) == 0 ? null : AnyConnect(place);
        var wasLate = place.IsLate && place.Unit!.HasPending(connect?.Name);
        try
        {
            await CommitAsync(connect, place.Async);
        }
        catch (Exception exception)
        {
            place.Unit!.CommitFailed(exception, connect?.Name);
            throw;
        }

        if (wasLate)
            Ledger.Report($"Operation {_operation}: an early commit succeeded after the deadline.");
        place.Unit!.Commit(connect?.Name);
        place.Unit.Hooks.End(connect?.Name, HookFate.Committed);
        Tell(place, $"commit of {connect?.Name ?? "all"}");
        Figures.Count("early commits");
    }

    private static async ValueTask CommitAsync(DbConnect? connect, bool async)
    {
        switch (async, connect)
        {
            case (true, null):
                await Tx.CommitAllAsync();
                break;
            case (true, _):
                await Tx.CommitAsync(connect);
                break;
            case (false, null):
                Tx.CommitAll();
                break;
            default:
                Tx.Commit(connect);
                break;
        }
    }

    private async ValueTask RollbackAsync(Place place)
    {
        var connect = place.Random.Next(3) == 0 ? null : AnyConnect(place);
        await EndAsync(place, connect, (place.Async, connect) switch
        {
            (true, null) => () => Tx.RollbackAllAsync(),
            (true, _) => () => Tx.RollbackAsync(connect),
            (false, null) => Synchronous(Tx.RollbackAll),
            _ => Synchronous(() => Tx.Rollback(connect)),
        });
        place.Unit!.Hooks.End(connect?.Name, HookFate.RolledBack);
        Tell(place, $"rollback of {connect?.Name ?? "all"}");
        Figures.Count("early rollbacks");
    }

    /// <summary>Where nothing is uncommitted and the unit is not doomed, closing gives nothing up.</summary>
    private async ValueTask CloseAsync(Place place)
    {
        var unit = place.Unit!;
        var connect = place.Random.Next(3) == 0 ? null : AnyConnect(place);
        var (had, mayHave) = (unit.HasPending(connect?.Name), unit.Hooks.IsUsed(connect?.Name) ||
            unit.Unit.State is UnitOfWorkState.Doomed);
        await EndAsync(place, connect, (place.Async, connect) switch
        {
            (true, null) => () => Tx.CloseAllAsync(),
            (true, _) => () => Tx.CloseAsync(connect),
            (false, null) => Synchronous(Tx.CloseAll),
            _ => Synchronous(() => Tx.Close(connect)),
        });
        if (mayHave && !had)
            unit.Hooks.Blur();
        if (mayHave)
            unit.Hooks.End(connect?.Name, HookFate.RolledBack);
        Tell(place, $"close of {connect?.Name ?? "all"}");
        Figures.Count("early closes");
    }

    private static async ValueTask EndAsync(Place place, DbConnect? connect, Func<Task> end)
    {
        place.Unit!.Doubt(connect?.Name);
        try
        {
            await end();
        }
        catch
        {
            place.Unit.Hooks.Blur();
            throw;
        }

        place.Unit.Discard(connect?.Name);
    }

    private static Func<Task> Synchronous(Action action) => () =>
    {
        action();
        return Task.CompletedTask;
    };
}
