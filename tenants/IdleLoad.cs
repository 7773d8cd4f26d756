using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tenants;

/// <summary>
/// Ends all server processes again and again, between the units of many workers, which are not repeated. One that is at work would be ended
/// between its command and its commit, which is a failure of that unit.
/// </summary>
internal sealed class IdleLoad(Target target)
{
    private const int Workers = 64, UnitsBetween = 3;

    private readonly ConcurrentDictionary<string, int> _failures = new();

    public async Task<int> RunAsync(int units)
    {
        await using var connect = target.Connect(Workers);
        var (begun, ended, sweeps) = (0, 0L, 0);
        while (begun < units)
        {
            // A few units of each worker, then all of its connections are idle and end.
            await Task.WhenAll(Enumerable.Range(0, Workers).Select(number => Task.Run(async () =>
            {
                Target.Tenant = $"t{number % 50}";
                for (var count = 0; count < UnitsBetween && Interlocked.Increment(ref begun) is var unit && unit <= units; count++)
                    await UnitAsync(connect, unit + 1000);
            })));
            ended += await target.ScalarAsync<long>("""
                SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = 'load'
                """);
            sweeps++;
        }

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
                $"{exception.GetType().Name}: {(exception.InnerException ?? exception).Message.Split('\n')[0]}",
                1,
                (_, count) => count + 1);
        }
    }
}
