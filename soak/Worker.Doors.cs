using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace TxAspects.Soak;

/// <content>What comes by other doors: EF Core's transactions and savepoints, interceptors, contexts that others dispose.</content>
public sealed partial class Worker
{
    private SoakContext? _kept;

    /// <summary>Begins a transaction of EF Core where the session has none, and ends by EF Core what is open.</summary>
    private async ValueTask UseOwnTransactionAsync(Place place)
    {
        var connect = AnyConnect(place);
        var unit = place.Unit!;
        var session = place.Async ? await Tx.SessionAsync(connect) : Tx.Session(connect);
        unit.Hooks.Use(connect.Name);
        var transaction = session.Database.CurrentTransaction ?? await BeginAsync(session, place.Async);
        await WriteAsync(place, connect, amount: 7);
        await SaveAllAsync(place, session, connect);
        var commits = place.Random.Next(2) == 0;
        var wasLate = place.IsLate;
        Figures.Count(commits ? "EF Core: commits" : "EF Core: rollbacks");
        if (!commits)
            unit.Doubt(connect.Name);
        try
        {
            await EndAsync(transaction, commits, disposes: place.Random.Next(2) == 0, place.Async);
        }
        catch (Exception exception)
        {
            if (commits)
                unit.CommitFailed(exception, connect.Name);
            else
                unit.Hooks.Blur();
            throw;
        }

        Tell(place, $"{(commits ? "commit" : "rollback")} of {connect.Name} by EF Core");
        if (commits && wasLate)
            Ledger.Report($"Operation {_operation}: a commit of EF Core succeeded after the deadline.");
        if (commits)
            unit.Commit(connect.Name);
        else
            unit.Discard(connect.Name);
        unit.Hooks.End(connect.Name, commits ? HookFate.Committed : HookFate.RolledBack);
    }

    /// <summary>Goes back to a savepoint of EF Core, or releases it.</summary>
    private async ValueTask UseOwnSavepointAsync(Place place)
    {
        var connect = AnyConnect(place);
        var unit = place.Unit!;
        await WriteAsync(place, connect, amount: 8);
        var session = place.Async ? await Tx.SessionAsync(connect) : Tx.Session(connect);
        if (session.Database.CurrentTransaction is not { } transaction)
            return;

        var since = unit.Sequence;
        var goesBack = place.Random.Next(2) == 0;
        Figures.Count(goesBack ? "EF Core: back to savepoints" : "EF Core: savepoints released");
        if (place.Async)
            await transaction.CreateSavepointAsync("mine");
        else
            transaction.CreateSavepoint("mine");
        await WriteAsync(place, connect, amount: 9);
        if (goesBack)
            unit.Doubt(connect.Name, since);
        Task ending = (goesBack, place.Async) switch
        {
            (true, true) => transaction.RollbackToSavepointAsync("mine"),
            (false, true) => transaction.ReleaseSavepointAsync("mine"),
            (true, _) => Now(() => transaction.RollbackToSavepoint("mine")),
            _ => Now(() => transaction.ReleaseSavepoint("mine")),
        };
        await ending;
        if (goesBack)
            unit.Discard(connect.Name, since);
        Tell(place, goesBack ? "back to a savepoint of EF Core" : "a savepoint of EF Core released");
    }

    /// <summary>Saves with a user's interceptor around it, which writes or throws.</summary>
    private async ValueTask SaveWithInterceptorAsync(Place place)
    {
        var connect = AnyConnect(place);
        var request = new UserInterceptor.Request
        {
            Writes = place.Random.Next(2) == 0 ? NewRow() : null,
            ThrowsBefore = place.Random.Next(4) == 0,
            ThrowsAfter = place.Random.Next(3) == 0,
        };
        var session = Track(place, connect);
        UserInterceptor.Next = request;
        Figures.Count("saves with an interceptor");
        try
        {
            await SaveAllAsync(place, session, connect);
        }
        finally
        {
            UserInterceptor.Next = null;
            if (request is { HasWritten: true, Writes: { } id })
                Added(place, id, connect);
        }
    }

    /// <summary>Keeps the session beyond the unit; <see cref="DisposeKept"/> does with it what a container's scope does.</summary>
    private ValueTask KeepAsync(Place place)
    {
        _kept = Tx.Session(AnyConnect(place));
        return default;
    }

    /// <summary>A container disposes what it has given out when its scope ends, whatever has become of it meanwhile.</summary>
    private void DisposeKept()
    {
        if (_kept is null)
            return;

        Figures.Count("contexts disposed after their unit");
        try
        {
            _kept.Dispose();
        }
        catch (Exception exception)
        {
            Ledger.Report($"Operation {_operation}: a context that was disposed after its unit threw {exception}");
        }

        _kept = null;
    }

    /// <summary>Gives up while the connection opens, or a moment later.</summary>
    private async ValueTask OpenCancelledAsync(Place place)
    {
        if (!place.Async)
            return;

        var connect = AnyConnect(place);
        place.Unit!.Hooks.Use(connect.Name);
        Figures.Count("openings cancelled");
        using var cancellation = new CancellationTokenSource();
        var opening = Tx.ConnectionAsync(connect, cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await opening;
    }

    private async ValueTask WriteAsync(Place place, DbConnect<SoakContext> connect, int amount)
    {
        var id = NewRow();
        await SendAsync(place, connect, $"INSERT INTO writes (id, amount) VALUES ({id}, {amount})", id);
        Added(place, id, connect);
    }

    private static async Task<IDbContextTransaction> BeginAsync(SoakContext session, bool async)
        => async ? await session.Database.BeginTransactionAsync() : session.Database.BeginTransaction();

    private static async Task EndAsync(IDbContextTransaction transaction, bool commits, bool disposes, bool async)
    {
        Task ending = (commits, disposes, async) switch
        {
            (true, _, true) => transaction.CommitAsync(),
            (true, _, _) => Now(transaction.Commit),
            (_, true, true) => transaction.DisposeAsync().AsTask(),
            (_, true, _) => Now(transaction.Dispose),
            (_, _, true) => transaction.RollbackAsync(),
            _ => Now(transaction.Rollback),
        };
        await ending;
    }

    private static Task Now(Action action) => Synchronous(action)();
}
