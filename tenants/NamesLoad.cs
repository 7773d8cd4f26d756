using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tenants;

/// <summary>Looks at the server again and again: whose are the transactions that are older than 10 ms?</summary>
internal sealed class NamesLoad(Target target)
{
    private const int Workers = 16;

    public async Task<int> RunAsync(int units)
    {
        await using var connect = target.Connect(Workers);
        var (left, old, named) = (units, 0, 0);
        using var ending = new CancellationTokenSource();
        var watch = Task.Run(async () =>
        {
            while (!ending.IsCancellationRequested)
            {
                var names = await target.ListAsync("""
                    SELECT application_name FROM pg_stat_activity
                    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND
                        xact_start < clock_timestamp() - interval '10 milliseconds'
                    """);
                old += names.Count;
                named += names.Count(name => name.StartsWith("Load.", StringComparison.Ordinal));
                await Task.Delay(3);
            }
        });
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(number => Task.Run(async () =>
        {
            var random = new Random(number);
            Target.Tenant = $"t{number}";
            while (Interlocked.Decrement(ref left) >= 0)
                await UnitAsync(connect, random);
        })));
        await ending.CancelAsync();
        await watch;
        Console.WriteLine($"transactions older than 10 ms seen {old}, with their unit's name {named} ({100.0 * named / old:f2} %)");
        return old > 0 && named >= 0.99 * old ? 0 : 1;
    }

    private static Task UnitAsync(DbConnect<TenantContext> connect, Random random) => Tx.RunAsync(
        async () =>
        {
            var db = await Tx.SessionAsync(connect);
            if (random.Next(2) == 0)
                _ = await db.Rows.CountAsync();
            else
                await db.Database.ExecuteSqlAsync($"SELECT pg_sleep({random.NextDouble() / 50})");
            await Task.Delay(random.Next(25));
            db.Add(new Row { Tenant = Target.Tenant! });
            await db.SaveChangesAsync();
        },
        new UnitOfWorkOptions { Name = random.Next(2) == 0 ? "Load.Short" : "Load.OfALongNameThatIsCutSomewhereBecauseItHasMoreThan63Characters" });
}
