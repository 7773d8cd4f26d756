using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tenants;

/// <summary>Ends all idle server processes again and again, under many workers whose units are not repeated.</summary>
internal sealed class IdleLoad(Target target)
{
    private const int Workers = 64;

    private readonly ConcurrentDictionary<string, int> _failures = new();
    private readonly ReaderWriterGate _gate = new(Workers);

    public async Task<int> RunAsync(int units)
    {
        await using var connect = target.Connect(Workers);
        var (left, ended, sweeps) = (units, 0L, 0);
        using var ending = new CancellationTokenSource();
        var killer = Task.Run(async () =>
        {
            // While no unit is at work, so that what is idle is idle, and is not ended between a command and its commit.
            while (!ending.IsCancellationRequested)
            {
                await Task.Delay(30);
                await _gate.AloneAsync(async () => ended += await target.ScalarAsync<long>("""
                    SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity
                    WHERE datname = current_database() AND application_name = 'load'
                    """));
                sweeps++;
            }
        });
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(number => Task.Run(async () =>
        {
            Target.Tenant = $"t{number % 50}";
            while (Interlocked.Decrement(ref left) is >= 0 and var unit)
                await _gate.SharedAsync(() => UnitAsync(connect, unit + 1000));
        })));
        await ending.CancelAsync();
        await killer;
        var rows = await target.ScalarAsync<long>("SELECT count(*) FROM rows WHERE amount >= 1000");
        var distinct = await target.ScalarAsync<long>("SELECT count(DISTINCT amount) FROM rows WHERE amount >= 1000");
        Console.WriteLine($"{sweeps} sweeps ended {ended} idle server processes");
        Console.WriteLine($"{units} units, failed {_failures.Values.Sum()}, done twice {rows - distinct}, missing {units - distinct}");
        foreach (var (failure, count) in _failures)
            Console.WriteLine($"  {count,6} {failure}");
        return _failures.IsEmpty && rows == units && distinct == units ? 0 : 1;
    }

    private async Task UnitAsync(DbConnect<TenantContext> connect, int number)
    {
        try
        {
            await Tx.RunAsync(async () =>
            {
                var db = await Tx.SessionAsync(connect);
                if (number % 2 == 0)
                    _ = await db.Rows.CountAsync();
                db.Add(new Row { Tenant = Target.Tenant!, Amount = number });
                await db.SaveChangesAsync();
            });
        }
        catch (Exception exception)
        {
            _failures.AddOrUpdate(
                $"{exception.GetType().Name}: {(exception.InnerException ?? exception).Message.Split('\n')[0]}", 1, (_, count) => count + 1);
        }
    }
}
