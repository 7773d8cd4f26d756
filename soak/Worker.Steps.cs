using Microsoft.EntityFrameworkCore;

namespace TxAspects.Soak;

/// <content>What a body does to its unit, and what the model learns from it.</content>
public sealed partial class Worker
{
    private async ValueTask WriteAsync(Place place, int amount)
    {
        var connect = AnyConnect(place);
        var id = NewRow();
        try
        {
            if (place.Async)
            {
                var session = await Tx.SessionAsync(connect);
                await session.Database.ExecuteSqlAsync($"INSERT INTO writes (id, amount) VALUES ({id}, {amount})");
            }
            else
            {
                Tx.Session(connect).Database.ExecuteSql($"INSERT INTO writes (id, amount) VALUES ({id}, {amount})");
            }
        }
        catch (CommitOutcomeUnknownException)
        {
            Ledger.Expect(id, Expectation.Either);
            throw;
        }

        place.Unit!.Add(id, connect.Name);
        Tell(place, $"row {id} written in {connect.Name}");
    }

    /// <summary>What the tracker holds is written by the next commit at the latest, also where saving it failed.</summary>
    private async ValueTask SaveAsync(Place place)
    {
        var session = Track(place, AnyConnect(place));
        try
        {
            if (place.Async)
                await session.SaveChangesAsync();
            else
                session.SaveChanges();
        }
        catch (Exception exception)
        {
            place.Unit!.CommitFailed(exception);
            throw;
        }
    }

    private ValueTask TrackAsync(Place place)
    {
        Track(place, AnyConnect(place));
        return default;
    }

    private SoakContext Track(Place place, DbConnect<SoakContext> connect)
    {
        var id = NewRow();
        var session = Tx.Session(connect);
        session.Add(new Row { Id = id, Amount = 2 });
        place.Unit!.Add(id, connect.Name);
        Tell(place, $"row {id} written in {connect.Name}");
        return session;
    }

    private async ValueTask WriteCancelledAsync(Place place)
    {
        if (!place.Async)
            return;

        var connect = AnyConnect(place);
        var id = NewRow();
        using var cancellation = new CancellationTokenSource(place.Random.Next(1, 10));
        var session = await Tx.SessionAsync(connect, cancellation.Token);
        await session.Database.ExecuteSqlAsync($"INSERT INTO writes (id, amount) SELECT {id}, 3 FROM pg_sleep(0.006)", cancellation.Token);
        place.Unit!.Add(id, connect.Name);
        Tell(place, $"row {id} written in {connect.Name}");
    }

    /// <summary>Updates a row that others update too: lock timeouts, deadlocks and, between serializable units, collisions.</summary>
    private async ValueTask FightAsync(Place place)
    {
        var connect = AnyConnect(place);
        var id = place.Random.Next(SoakContext.HotRows) + 1;
        if (place.Async)
        {
            var session = await Tx.SessionAsync(connect);
            await session.Database.ExecuteSqlAsync($"UPDATE hot SET amount = amount + 1 WHERE id = {id}");
        }
        else
        {
            Tx.Session(connect).Database.ExecuteSql($"UPDATE hot SET amount = amount + 1 WHERE id = {id}");
        }
    }

    /// <summary>A session outside of every unit.</summary>
    private async ValueTask WriteAloneAsync(Place place)
    {
        var connect = AnyConnect(place);
        var id = NewRow();
        try
        {
            if (place.Async)
                await Tx.NewAtomicSessionAsync(connect, db => db.Database.ExecuteSqlAsync($"INSERT INTO writes (id, amount) VALUES ({id}, 4)"));
            else
                Tx.NewAtomicSession(connect, db => db.Database.ExecuteSql($"INSERT INTO writes (id, amount) VALUES ({id}, 4)"));
            Ledger.Expect(id, Expectation.Present);
            Tell(place, $"row {id} written alone in {connect.Name}");
        }
        catch (CommitOutcomeUnknownException)
        {
            Ledger.Expect(id, Expectation.Either);
            throw;
        }
    }

    private ValueTask AskWithoutUnit(Place place)
    {
        try
        {
            Tx.Session(AnyConnect(place));
            Ledger.Report($"Operation {_operation} got a session without a unit.");
        }
        catch (NoUnitOfWorkException)
        {
        }

        return default;
    }

    private ValueTask AskForRollback(Place place)
    {
        Tx.SetRollbackOnly("the soak test asks for it");
        Tell(place, "SetRollbackOnly");
        if (place.Call.Kind is CallKind.Opened)
            place.Unit!.Asked = true;
        else
            place.Call.Asked = true;
        return default;
    }

    private async ValueTask CommitAsync(Place place)
    {
        var connect = place.Random.Next(3) == 0 ? null : AnyConnect(place);
        try
        {
            await CommitAsync(connect, place.Async);
        }
        catch (Exception exception)
        {
            place.Unit!.CommitFailed(exception);
            throw;
        }

        place.Unit!.Commit(connect?.Name);
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
        place.Unit!.Doubt(connect?.Name);
        switch (place.Async, connect)
        {
            case (true, null):
                await Tx.RollbackAllAsync();
                break;
            case (true, _):
                await Tx.RollbackAsync(connect);
                break;
            case (false, null):
                Tx.RollbackAll();
                break;
            default:
                Tx.Rollback(connect);
                break;
        }

        place.Unit.Discard(connect?.Name);
        Tell(place, $"rollback of {connect?.Name ?? "all"}");
        Figures.Count("early rollbacks");
    }

    private async ValueTask CloseAsync(Place place)
    {
        var connect = place.Random.Next(3) == 0 ? null : AnyConnect(place);
        place.Unit!.Doubt(connect?.Name);
        switch (place.Async, connect)
        {
            case (true, null):
                await Tx.CloseAllAsync();
                break;
            case (true, _):
                await Tx.CloseAsync(connect);
                break;
            case (false, null):
                Tx.CloseAll();
                break;
            default:
                Tx.Close(connect);
                break;
        }

        place.Unit.Discard(connect?.Name);
        Tell(place, $"close of {connect?.Name ?? "all"}");
        Figures.Count("early closes");
    }
}
