using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Soak;

/// <summary>Runs one random operation after the other.</summary>
public sealed partial class Worker(Target target, int number, int seed)
{
    private readonly ConcurrentQueue<string> _story = new();
    private int _operation;
    private readonly ConcurrentQueue<int> _rows = new();
    private readonly ConcurrentQueue<HookModel> _hooks = new();

    private Ledger Ledger => target.Ledger;

    private Figures Figures => target.Figures;

    public async Task RunAsync(CancellationToken stop)
    {
        var random = new Random(unchecked((seed * 7919) + number));
        for (var round = 0; !stop.IsCancellationRequested && !Ledger.IsFull; round++)
        {
            _operation = (round * 100) + number;
            _story.Clear();
            await RunOneAsync(new Random(random.Next()));
            DisposeKept();
            await CheckRowsAsync();
            if (Tx.IsOpen)
                Ledger.Report($"Operation {_operation} left a unit ambient.");
        }
    }

    private async Task RunOneAsync(Random random)
    {
        var place = new Place(
            null, new CallModel(CallKind.Without, since: 0), Depth: 0, Async: random.Next(4) > 0, Due: long.MaxValue, random);
        Figures.Count("operations");
        try
        {
            await CallAsync(
                place,
                Pick(random, Propagation.Required, Propagation.Required, Propagation.RequiresNew, Propagation.Nested, Propagation.Supports,
                    Propagation.NotSupported));
            Figures.Count("operations returned");
        }
        catch (Exception exception)
        {
            Judge(exception);
            Figures.Count($"thrown: {exception.GetType().Name}");
        }
    }

    private async ValueTask BodyAsync(Place place)
    {
        for (var count = place.Random.Next(1, 5); count > 0; count--)
        {
            CheckAmbient(place);
            try
            {
                await StepAsync(place);
            }
            catch (Exception exception) when (place.Random.Next(2) == 0)
            {
                Tell(place, $"swallows {exception.GetType().Name}: {exception.GetBaseException().Message}");
                Judge(exception);
                Figures.Count("swallowed");
            }
        }

        CheckAmbient(place);
    }

    private void CheckAmbient(Place place)
    {
        if (Tx.Current?.Id != place.Unit?.Unit.Id)
            Ledger.Report($"Operation {_operation}: the ambient unit is {Tx.Current?.Id}, and should be {place.Unit?.Unit.Id}.");
    }

    /// <summary>Reports what nothing here can have caused.</summary>
    private void Judge(Exception exception)
    {
        if (exception is not (DeliberateException or ToleratedException or HookException or StreamLeftException or TxAspectsException or
            DbException or DbUpdateException or OperationCanceledException or TimeoutException)
            && exception.InnerException is not (DbException or CommitOutcomeUnknownException)
            && !IsOfLostConnection(exception))
        {
            Ledger.Report($"Operation {_operation} met an unexpected {exception}");
        }
    }

    /// <summary>So the driver refuses a command after an earlier one, whose failure was swallowed, had lost the connection.</summary>
    private static bool IsOfLostConnection(Exception exception)
        => exception is InvalidOperationException { Message: "Transaction is already completed" or "Connection is not open" };

    private int NewRow()
    {
        var id = Ledger.Next(_operation);
        _rows.Enqueue(id);
        return id;
    }

    private void Tell(Place place, string what)
        => _story.Enqueue($"{DateTime.UtcNow:HH:mm:ss.ffffff} {new string(' ', 2 * place.Depth)}{what}");

    /// <summary>Compares the rows of the operation at once, while its story is known.</summary>
    private async Task CheckRowsAsync()
    {
        int[] rows = [.. _rows];
        _rows.Clear();
        if (rows.Length > 0 && await Ledger.FindDisagreementAsync(target.Observer, rows) is { } problem)
            Ledger.Show($"Operation {_operation}: {problem}");
        foreach (var hook in _hooks)
        {
            Figures.Count($"hooks: {hook.Fate}");
            if (!hook.IsRight)
                Ledger.Report($"Operation {_operation}: {hook}");
        }

        _hooks.Clear();
        Ledger.Keep(_operation, _story);
    }

    private ValueTask StepAsync(Place place)
    {
        var choice = place.Random.Next(126);
        if (place.Unit is null)
        {
            return choice switch
            {
                < 76 => CallDeeperAsync(place),
                < 101 => WriteAloneAsync(place),
                < 113 => AskWithoutUnit(place),
                _ => Throw(place),
            };
        }

        return choice switch
        {
            < 25 => WriteAsync(place, amount: 1),
            < 33 => SaveAsync(place),
            < 38 => TrackAsync(place),
            < 40 => WriteAsync(place, amount: 777),
            < 43 => WriteAsync(place, amount: -1),
            < 48 => FightAsync(place),
            < 50 => WriteCancelledAsync(place),
            < 52 => WriteAloneAsync(place),
            < 68 => CallDeeperAsync(place),
            < 80 => BlockAsync(place),
            < 85 => CommitAsync(place),
            < 88 => RollbackAsync(place),
            < 91 => CloseAsync(place),
            < 92 => AskForRollback(place),
            < 94 => BranchAsync(place),
            < 100 => Throw(place),
            < 108 => AddHooks(place),
            < 112 => WaitAsync(place),
            < 115 => UseOwnTransactionAsync(place),
            < 117 => UseOwnSavepointAsync(place),
            < 120 => SaveWithInterceptorAsync(place),
            < 121 => KeepAsync(place),
            < 123 => OpenCancelledAsync(place),
            _ => OverlapAsync(place),
        };
    }

    private DbConnect<SoakContext> AnyConnect(Place place) => place.Random.Next(3) == 0 ? target.Archive : target.Master;

    private static T Pick<T>(Random random, params ReadOnlySpan<T> values) => values[random.Next(values.Length)];
}
