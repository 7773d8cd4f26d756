using System.Collections.Concurrent;
using System.Diagnostics;
using Autofac;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tenants;

/// <summary>Tenants over few connections, with all that can go wrong in a unit. Nobody may see or write a row of another one.</summary>
internal sealed class RowsLoad
{
    private const int Workers = 24, Tenants = 50, Connections = 8;

    private readonly Target _target;
    private readonly DbConnect<TenantContext> _connect;
    private readonly IRowCalls _calls;
    private readonly IContainer _container;
    private readonly ConcurrentDictionary<string, int> _figures = new();
    private readonly Func<Random, Task>[] _kinds;
    private long _seen;
    private long _foreign;

    public RowsLoad(Target target)
    {
        _target = target;
        _connect = target.Connect(Connections);
        var builder = new ContainerBuilder();
        builder.RegisterModule<TxAspectsModule>();
        builder.RegisterInstance(_connect).ExternallyOwned();
        builder.RegisterType<RowCalls>().As<IRowCalls>();
        _container = builder.Build();
        _calls = _container.Resolve<IRowCalls>();
        _kinds =
        [
            _ => _calls.RunAsync(LookAsync),
            _ => _calls.ReadAsync(LookAsync),
            _ => _calls.LimitedAsync(async () => { await SaveAsync(); await LookAsync(); }),
            _ => _calls.RunAsync(SaveAsync),
            _ => _calls.RunAsync(async () => { await FailToSaveAsync(); await LookAsync(); await SaveAsync(); }),
            _ => _calls.IsolatedAsync(async () => { await FailToSaveAsync(); await LookAsync(); }),
            MoveOnAsync, NestAsync, RetryAsync, CancelAsync, FailAsync, StreamAsync,
            _ => _calls.RunAsync(LookByDapperAsync),
            ApartAsync, AloneAsync, MissingAsync, TransactAsync,
            _ => _calls.RunAsync(async () =>
                await (await Tx.SessionAsync(_connect)).Rows.ExecuteUpdateAsync(set => set.SetProperty(row => row.Amount, 2))),
            _ => _calls.RunAsync(async () =>
                await (await Tx.SessionAsync(_connect)).Database.ExecuteSqlAsync($"UPDATE rows SET amount = {3} WHERE id % 7 = 0")),
        ];
    }

    public async Task<int> RunAsync(int units)
    {
        var clock = Stopwatch.StartNew();
        var left = units;
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(number => Task.Run(async () =>
        {
            var random = new Random(number);
            while (Interlocked.Decrement(ref left) >= 0)
                await UnitAsync(random);
        })));
        await _connect.DisposeAsync();
        await _container.DisposeAsync();
        var wrong = await _target.ScalarAsync<long>("SELECT count(*) FROM rows WHERE stamp IS DISTINCT FROM tenant");
        var written = await _target.ScalarAsync<long>("SELECT count(*) FROM rows");
        Console.WriteLine($"{units / clock.Elapsed.TotalSeconds:f0} units per second");
        Console.WriteLine($"rows seen {_seen}, of another tenant {_foreign}; rows kept {written}, written for another tenant {wrong}");
        foreach (var (name, count) in _figures.OrderBy(figure => figure.Key))
            Console.WriteLine($"  {count,8} {name}");
        var unexpected = _figures.Where(figure => figure.Key.StartsWith("unexpected", StringComparison.Ordinal)).Sum(figure => figure.Value);
        return _foreign + wrong + unexpected == 0 ? 0 : 1;
    }

    private async Task UnitAsync(Random random)
    {
        Target.Tenant = $"t{random.Next(Tenants)}";
        try
        {
            await _kinds[random.Next(_kinds.Length)](random);
            Count("returned");
        }
        catch (Exception exception) when (exception is OperationCanceledException or DeliberateException)
        {
            Count($"failed as meant: {exception.GetType().Name}");
        }
        catch (Exception exception)
        {
            Count($"unexpected: {exception.GetType().Name}: {exception.Message.Split('\n')[0]}");
        }
    }

    private async Task LookAsync()
    {
        var db = await Tx.SessionAsync(_connect);
        Saw(await db.Rows.AsNoTracking().Select(row => row.Tenant).Take(10).ToListAsync());
    }

    private async Task LookByDapperAsync()
        => Saw((await (await Tx.ConnectionAsync(_connect)).QueryAsync<string>("SELECT tenant FROM rows LIMIT 10")).ToList());

    private async Task SaveAsync()
    {
        var db = await Tx.SessionAsync(_connect);
        db.Add(new Row { Tenant = Target.Tenant! });
        await db.SaveChangesAsync();
    }

    private async Task FailToSaveAsync()
    {
        var db = await Tx.SessionAsync(_connect);
        db.Add(new Row { Tenant = Target.Tenant!, Amount = -1 });
        try
        {
            await db.SaveChangesAsync();
            Count("unexpected: a bad row was saved");
        }
        catch (DbUpdateException)
        {
            db.ChangeTracker.Clear();
        }
    }

    private Task MoveOnAsync(Random random) => _calls.RunAsync(async () =>
    {
        await SaveAsync();
        await (random.Next(2) == 0 ? Tx.CommitAsync(_connect) : Tx.RollbackAsync(_connect));
        Target.Tenant = $"t{random.Next(Tenants)}";
        await LookAsync();
        await SaveAsync();
    });

    private Task NestAsync(Random random) => _calls.RunAsync(async () =>
    {
        if (random.Next(2) == 0)
            await LookAsync();
        try
        {
            await _calls.NestedAsync(async () =>
            {
                await SaveAsync();
                throw new DeliberateException();
            });
        }
        catch (DeliberateException)
        {
            Count("nested calls undone");
        }

        await LookAsync();
        await _calls.NestedAsync(SaveAsync);
    });

    private async Task RetryAsync(Random random)
    {
        var attempt = 0;
        await _calls.RetriedAsync(async () =>
        {
            await SaveAsync();
            await LookAsync();
            if (++attempt == 1)
                throw new NpgsqlException("again", new TimeoutException());
        });
    }

    private async Task CancelAsync(Random random)
    {
        using var source = new CancellationTokenSource();
        source.CancelAfter(TimeSpan.FromMilliseconds(random.Next(4)));
        await _calls.RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(_connect);
            db.Add(new Row { Tenant = Target.Tenant! });
            await db.SaveChangesAsync(source.Token);
            await db.Database.ExecuteSqlRawAsync("SELECT pg_sleep(0.003)", source.Token);
            await LookAsync();
        });
    }

    private Task FailAsync(Random random) => _calls.RunAsync(async () =>
    {
        await SaveAsync();
        throw new DeliberateException();
    });

    private async Task StreamAsync(Random random)
    {
        var seen = new List<string>();
        await foreach (var tenant in _calls.StreamAsync())
        {
            seen.Add(tenant);
            if (random.Next(8) == 0)
                break;
        }

        Saw(seen);
    }

    private Task ApartAsync(Random random) => _calls.RunAsync(async () =>
    {
        var outer = Target.Tenant;
        Target.Tenant = $"t{random.Next(Tenants)}";
        await _calls.ApartAsync(async () => { await LookAsync(); await SaveAsync(); });
        Target.Tenant = outer;
        await LookAsync();
    });

    private async Task AloneAsync(Random random)
    {
        await using var db = await Tx.NewSessionAsync(_connect);
        Saw(await db.Rows.Select(row => row.Tenant).Take(10).ToListAsync());
        db.Add(new Row { Tenant = Target.Tenant! });
        await db.CommitAsync();
    }

    private async Task MissingAsync(Random random)
    {
        Target.Tenant = null;
        try
        {
            await (random.Next(2) == 0 ? _calls.RunAsync(LookAsync) : _calls.RunAsync(LookByDapperAsync));
            Count("unexpected: there was no tenant");
        }
        catch (TransactionVariableException)
        {
            Count("had no tenant, and sent nothing");
        }
    }

    private Task TransactAsync(Random random) => _calls.RunAsync(async () =>
    {
        var db = await Tx.SessionAsync(_connect);
        await using var transaction = await db.Database.BeginTransactionAsync();
        await transaction.CreateSavepointAsync("here");
        await SaveAsync();
        await transaction.RollbackToSavepointAsync("here");
        await LookAsync();
        await FailToSaveAsync();
        await LookAsync();
        await transaction.CommitAsync();
    });

    private void Saw(List<string> tenants)
    {
        Interlocked.Add(ref _seen, tenants.Count);
        Interlocked.Add(ref _foreign, tenants.Count(tenant => tenant != Target.Tenant));
        if (tenants.Count == 0)
            Count("unexpected: nothing was seen");
    }

    private void Count(string figure) => _figures.AddOrUpdate(figure, 1, (_, count) => count + 1);
}
