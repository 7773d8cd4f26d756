using System.Diagnostics;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Soak;

/// <content>What a body does to its unit, and what the model learns from it.</content>
public sealed partial class Worker
{
    private async ValueTask WriteAsync(Place place, int amount)
    {
        await WriteAsync(place, AnyConnect(place), amount);
    }

    /// <summary>
    /// Sends a command, which must fail when the unit is late. Where it fails at the beginning of a transaction, it may have been kept by
    /// itself.
    /// </summary>
    private async ValueTask SendAsync(
        Place place, DbConnect<SoakContext> connect, FormattableString sql, int? row = null, CancellationToken cancellationToken = default)
    {
        var wasLate = place.IsLate;
        place.Unit!.Hooks.Use(connect.Name);
        try
        {
            if (place.Async)
            {
                var session = await Tx.SessionAsync(connect, cancellationToken);
                await session.Database.ExecuteSqlAsync(sql, cancellationToken);
            }
            else
            {
                Tx.Session(connect).Database.ExecuteSql(sql);
            }
        }
        catch (CommitOutcomeUnknownException)
        {
            if (row is { } id)
                Ledger.Expect(id, Expectation.Either);
            place.Unit!.Hooks.Doubt();
            throw;
        }

        if (wasLate)
            Ledger.Report($"Operation {_operation}: a command succeeded after the deadline.");
    }

    private void Added(Place place, int id, DbConnect connect)
    {
        place.Unit!.Add(id, connect.Name, place.Hook);
        Tell(place, $"row {id} written in {connect.Name}");
    }

    /// <summary>What the tracker holds is written by the next commit at the latest, also where saving it failed.</summary>
    private async ValueTask SaveAsync(Place place)
    {
        var connect = AnyConnect(place);
        await SaveAllAsync(place, Track(place, connect), connect);
    }

    private static async ValueTask SaveAllAsync(Place place, SoakContext session, DbConnect connect)
    {
        try
        {
            if (place.Async)
                await session.SaveChangesAsync();
            else
                session.SaveChanges();
        }
        catch (Exception exception)
        {
            place.Unit!.CommitFailed(exception, connect.Name);
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
        Added(place, id, connect);
        return session;
    }

    private async ValueTask WriteCancelledAsync(Place place)
    {
        if (!place.Async)
            return;

        var connect = AnyConnect(place);
        var id = NewRow();
        using var cancellation = new CancellationTokenSource(place.Random.Next(1, 10));
        await SendAsync(place, connect, $"INSERT INTO writes (id, amount) SELECT {id}, 3 FROM pg_sleep(0.006)", id, cancellation.Token);
        Added(place, id, connect);
    }

    /// <summary>Updates a row that others update too: lock timeouts, deadlocks and, between serializable units, collisions.</summary>
    private ValueTask FightAsync(Place place)
        => SendAsync(place, AnyConnect(place),
            $"UPDATE hot SET amount = amount + 1 WHERE id = {place.Random.Next(SoakContext.HotRows) + 1}");

    /// <summary>A session outside of every unit.</summary>
    private async ValueTask WriteAloneAsync(Place place)
    {
        var connect = AnyConnect(place);
        var id = NewRow();
        try
        {
            if (place.Async)
                await Tx.NewAtomicSessionAsync(
                    connect, db => db.Database.ExecuteSqlAsync($"INSERT INTO writes (id, amount) VALUES ({id}, 4)"));
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

    private static ValueTask Throw(Place place)
        => throw Pick<Exception>(place.Random, new DeliberateException(), new ToleratedException(), new SevereException());

    /// <summary>Takes some of the time that the unit has, or all of it.</summary>
    private static async ValueTask WaitAsync(Place place)
    {
        if (place.Due == long.MaxValue || place.IsLate)
            return;

        var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), place.Due);
        var pause = left * place.Random.NextDouble() * 1.5;
        if (pause > TimeSpan.FromMilliseconds(200) && place.Random.Next(10) > 0)
            return;

        if (place.Async)
            await Task.Delay(pause);
        else
            Thread.Sleep(pause);
    }
}
