using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.Tests;

/// <summary>Services that are resolved inside their unit, with contexts in their constructors, in Microsoft's container.</summary>
[TestClass]
public sealed class UnitScopedTests : DatabaseTests
{
    private readonly List<string> _log = [];

    [TestMethod]
    public async Task Method_that_returns_commits_what_it_and_its_repository_wrote()
    {
        await using var provider = Build();

        await provider.GetRequiredService<ISales>().SellAsync("tea");

        Assert.AreEqual("stock of tea,tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Method_that_throws_rolls_all_of_it_back()
    {
        await using var provider = Build();

        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => provider.GetRequiredService<ISales>().SellAsync("tea", fails: true));

        Assert.AreEqual("", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task New_context_inside_has_a_scope_of_its_own_and_survives()
    {
        await using var provider = Build();

        await Assert.ThrowsExactlyAsync<OutOfStockException>(
            () => provider.GetRequiredService<ISales>().SellAsync("tea", fails: true, noted: true));

        Assert.AreEqual("note of tea", await Master.ItemsAsync());
        Assert.AreEqual("scope 1,scope 2", string.Join(',', _log));
    }

    [TestMethod]
    public async Task Calls_that_join_share_the_scope_and_the_target()
    {
        await using var provider = Build();
        await using var scope = provider.CreateAsyncScope();
        var (first, second) = (provider.GetRequiredService<ISales>(), scope.ServiceProvider.GetRequiredService<ISales>());

        await Tx.RunAsync(async () =>
        {
            Assert.AreSame(await first.TargetAsync(), await second.TargetAsync());
            Assert.AreSame(first.Context(), second.Context());
            Assert.AreSame(await Tx.SessionAsync(Connect), first.Context());
        });

        Assert.AreEqual("scope 1", string.Join(',', _log));
    }

    [TestMethod]
    public async Task Each_unit_has_a_target_of_its_own()
    {
        await using var provider = Build();
        var sales = provider.GetRequiredService<ISales>();

        Assert.AreNotSame(await sales.TargetAsync(), await sales.TargetAsync());

        Assert.AreEqual("scope 1,scope 2", string.Join(',', _log));
    }

    [TestMethod]
    public async Task Each_attempt_has_a_target_of_its_own()
    {
        await using var provider = Build();

        await provider.GetRequiredService<ISales>().RetryAsync("tea");

        Assert.AreEqual("scope 1,disposed 1,scope 2,disposed 2", string.Join(',', _log));
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Branches_that_begin_at_once_share_the_target()
    {
        await using var provider = Build();
        var sales = provider.GetRequiredService<ISales>();

        await Tx.RunAsync(async () =>
        {
            var targets = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(sales.TargetAsync)));
            Assert.HasCount(1, targets.Distinct());
        });

        Assert.AreEqual("scope 1", string.Join(',', _log));
    }

    [TestMethod]
    public async Task Sequence_has_its_target_in_the_unit_of_its_enumeration()
    {
        await using var provider = Build();
        var sales = provider.GetRequiredService<ISales>();
        await sales.SellAsync("tea");
        _log.Clear();
        var sequence = sales.ItemsAsync(disposable: true);

        var items = new List<string>();
        await foreach (var item in sequence)
            items.Add(item);
        await foreach (var item in sequence)
            items.Add(item);

        Assert.AreEqual("stock of tea,tea,stock of tea,tea", string.Join(',', items));
        Assert.AreEqual("scope 2,disposed 2,scope 3,disposed 3", string.Join(',', _log));
    }

    [TestMethod]
    public async Task Sequence_that_is_left_gives_its_scope_up()
    {
        await using var provider = Build();
        var sales = provider.GetRequiredService<ISales>();
        await sales.SellAsync("tea");
        _log.Clear();

        await foreach (var item in sales.ItemsAsync(disposable: true))
        {
            Assert.AreEqual("stock of tea", item);
            break;
        }

        Assert.AreEqual("scope 2,disposed 2", string.Join(',', _log));
    }

    [TestMethod]
    public async Task Method_that_opens_no_unit_runs_in_the_one_that_is_open_and_is_refused_without_one()
    {
        await using var provider = Build();
        var stock = provider.GetRequiredService<IStock>();

        await Tx.RunAsync(() => stock.AddAsync("tea"));
        var refused = await Assert.ThrowsExactlyAsync<NoUnitOfWorkException>(() => stock.AddAsync("milk"));

        Assert.AreEqual("stock of tea", await Master.ItemsAsync());
        Assert.AreEqual("Stock.AddAsync", refused.MethodName);
        Assert.AreEqual(
            "The object of 'Stock.AddAsync' is resolved inside a unit of work, but none is open and the method opens none. Mark it or " +
            "the calling method with [UnitOfWork], or use Tx.RunAsync.",
            refused.Message);
    }

    [TestMethod]
    public async Task Task_that_outlives_the_unit_is_refused()
    {
        await using var provider = Build();
        var stock = provider.GetRequiredService<IStock>();
        var ended = new TaskCompletionSource();
        Task? left = null;

        await Tx.RunAsync(() =>
        {
            left = UseLaterAsync();
            return Task.CompletedTask;
        });
        ended.SetResult();

        await Assert.ThrowsExactlyAsync<UnitOfWorkEndedException>(() => left!);

        async Task UseLaterAsync()
        {
            await ended.Task;
            await stock.AddAsync("tea");
        }
    }

    [TestMethod]
    public async Task Singleton_may_hold_the_proxy()
    {
        await using var provider = Build(services => services.AddSingleton<Holder>());

        await provider.GetRequiredService<Holder>().Sales.SellAsync("tea");

        Assert.AreEqual("stock of tea,tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Keyed_services_have_a_target_each_which_knows_its_key()
    {
        await using var provider = Build(services => services
            .AddKeyedUnitScoped<IKeyed, Keyed>("first").AddKeyedUnitScoped<IKeyed, Keyed>("second"));

        Assert.AreEqual("first True", provider.GetRequiredKeyedService<IKeyed>("first").Key());
        Assert.AreEqual("second True", provider.GetRequiredKeyedService<IKeyed>("second").Key());
    }

    [TestMethod]
    public async Task Lambda_makes_the_target_from_the_services_of_the_unit()
    {
        await using var provider = Build(services => services
            .AddUnitScoped<IKeyed, Keyed>(one => new Keyed($"{one.GetRequiredService<ShopContext>().Database.CurrentTransaction}")));

        Assert.AreEqual(" True", provider.GetRequiredService<IKeyed>().Key());
    }

    private ServiceProvider Build(Action<IServiceCollection>? register = null)
    {
        var number = 0;
        return Providers.Build(services =>
        {
            services
                .AddTransient(_ => Tx.Session(Connect))
                .AddScoped(_ => new Numbered(_log, ++number))
                .AddUnitScoped<ISales, Sales>()
                .AddUnitScoped<IJournal, Journal>()
                .AddUnitScoped<IStock, Stock>();
            register?.Invoke(services);
        });
    }

    public interface ISales
    {
        [UnitOfWork]
        Task SellAsync(string item, bool fails = false, bool noted = false);

        [UnitOfWork(MaxRetries = 1, RetryOnConcurrencyFailure = true)]
        Task RetryAsync(string item);

        [UnitOfWork]
        Task<object> TargetAsync();

        [UnitOfWork]
        IAsyncEnumerable<string> ItemsAsync(bool disposable);

        DbContext Context();
    }

    public interface IStock
    {
        Task AddAsync(string item);
    }

    public interface IJournal
    {
        [NewContext]
        Task NoteAsync(string item);
    }

    public interface IKeyed
    {
        string Key();
    }

    public sealed class Holder(ISales sales)
    {
        public ISales Sales => sales;
    }

    /// <summary>Says when a scope makes it, and when it is disposed, where that is asked for.</summary>
    public sealed class Numbered : IAsyncDisposable, IDisposable
    {
        private readonly List<string> _log;

        public Numbered(List<string> log, int number)
        {
            (_log, Number) = (log, number);
            log.Add($"scope {number}");
        }

        public int Number { get; }

        public bool SaysDisposal { get; set; }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        public void Dispose()
        {
            if (SaysDisposal)
                _log.Add($"disposed {Number}");
        }
    }

    [UnitOfWork]
    public sealed class Keyed([ServiceKey] string key) : IKeyed
    {
        public string Key() => $"{key} {Tx.IsOpen}";
    }

    public sealed class Stock(ShopContext db) : IStock
    {
        public async Task AddAsync(string item)
        {
            db.Orders.Add(new Order { Item = $"stock of {item}" });
            await db.SaveChangesAsync();
        }
    }

    public sealed class Journal(ShopContext db, Numbered number) : IJournal
    {
        public Task NoteAsync(string item)
        {
            number.SaysDisposal = false;
            db.Orders.Add(new Order { Item = $"note of {item}" });
            return Task.CompletedTask;
        }
    }

    public sealed class Sales(ShopContext db, IStock stock, IJournal journal, Numbered number) : ISales
    {
        public async Task SellAsync(string item, bool fails, bool noted)
        {
            db.Orders.Add(new Order { Item = item });
            await stock.AddAsync(item);
            if (noted)
                await journal.NoteAsync(item);
            if (fails)
                throw new OutOfStockException();
        }

        public async Task RetryAsync(string item)
        {
            number.SaysDisposal = true;
            db.Orders.Add(new Order { Item = item });
            await db.SaveChangesAsync();
            if (number.Number == 1)
                throw new DbUpdateConcurrencyException();
        }

        public Task<object> TargetAsync() => Task.FromResult<object>(this);

        public async IAsyncEnumerable<string> ItemsAsync(bool disposable)
        {
            number.SaysDisposal = disposable;
            await foreach (var item in db.Orders.OrderBy(one => one.Item).Select(one => one.Item).AsAsyncEnumerable())
                yield return item;
        }

        public DbContext Context() => db;
    }
}
