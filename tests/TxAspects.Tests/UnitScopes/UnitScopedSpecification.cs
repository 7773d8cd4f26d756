using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>
/// Services that are resolved inside their unit, with contexts in their constructors. Every container is held to it.
/// </summary>
public abstract class UnitScopedSpecification : DatabaseTests
{
    /// <summary>What scopes make and dispose.</summary>
    protected List<string> Log { get; } = [];

    private ISales Selling => Resolve<ISales>();

    /// <summary>A service of a container with all of the shop's, asked for at its root.</summary>
    protected abstract TService Resolve<TService>()
        where TService : class;

    /// <summary>The same in a scope of that container.</summary>
    protected abstract TService ResolveInScope<TService>()
        where TService : class;

    [TestMethod]
    public async Task Method_that_returns_commits_what_it_and_its_repository_wrote()
    {
        await Selling.SellAsync("tea");

        Assert.AreEqual("stock of tea,tea", await Master.ItemsAsync());
        AssertLog("scope 1,disposed 1");
    }

    [TestMethod]
    public async Task Method_that_throws_rolls_all_of_it_back()
    {
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Selling.SellAsync("tea", fails: true));

        Assert.AreEqual("", await Master.ItemsAsync());
        AssertLog("scope 1,disposed 1");
    }

    [TestMethod]
    public async Task New_context_inside_has_a_scope_of_its_own_and_survives()
    {
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Selling.SellAsync("tea", fails: true, noted: true));

        Assert.AreEqual("note of tea", await Master.ItemsAsync());
        AssertLog("scope 1,scope 2,disposed 2,disposed 1");
    }

    [TestMethod]
    public async Task Calls_that_join_share_the_scope_and_the_target_from_every_scope()
    {
        var (first, second) = (Selling, ResolveInScope<ISales>());

        await Tx.RunAsync(async () =>
        {
            Assert.AreSame(await first.TargetAsync(), await second.TargetAsync());
            Assert.AreSame(first.Context(), second.Context());
            Assert.AreSame(await Tx.SessionAsync(Connect), first.Context());
        });

        AssertLog("scope 1,disposed 1");
    }

    [TestMethod]
    public async Task Each_unit_has_a_target_of_its_own()
    {
        Assert.AreNotSame(await Selling.TargetAsync(), await Selling.TargetAsync());

        AssertLog("scope 1,disposed 1,scope 2,disposed 2");
    }

    [TestMethod]
    public async Task Each_attempt_has_a_target_of_its_own()
    {
        await Selling.RetryAsync("tea");

        AssertLog("scope 1,disposed 1,scope 2,disposed 2");
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Branches_that_begin_at_once_share_the_target()
    {
        var sales = Selling;

        await Tx.RunAsync(async () =>
        {
            var targets = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(sales.TargetAsync)));
            Assert.HasCount(1, targets.Distinct());
        });

        AssertLog("scope 1,disposed 1");
    }

    [TestMethod]
    public async Task Sequence_has_its_target_in_the_unit_of_its_enumeration()
    {
        await Selling.SellAsync("tea");
        Log.Clear();
        var sequence = Selling.ItemsAsync();

        var items = new List<string>();
        await foreach (var item in sequence)
            items.Add(item);
        await foreach (var item in sequence)
            items.Add(item);

        Assert.AreEqual("stock of tea,tea,stock of tea,tea", string.Join(',', items));
        AssertLog("scope 2,disposed 2,scope 3,disposed 3");
    }

    [TestMethod]
    public async Task Sequence_that_is_left_gives_its_scope_up()
    {
        await Selling.SellAsync("tea");
        Log.Clear();

        await foreach (var item in Selling.ItemsAsync())
        {
            Assert.AreEqual("stock of tea", item);
            break;
        }

        AssertLog("scope 2,disposed 2");
    }

    [TestMethod]
    public async Task Method_that_opens_no_unit_runs_in_the_one_that_is_open_and_is_refused_without_one()
    {
        var stock = Resolve<IStock>();

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
        var stock = Resolve<IStock>();
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
        await Resolve<Holder>().Sales.SellAsync("tea");

        Assert.AreEqual("stock of tea,tea", await Master.ItemsAsync());
    }

    private void AssertLog(string expected) => Assert.AreEqual(expected, string.Join(',', Log));

    public interface ISales
    {
        [UnitOfWork]
        Task SellAsync(string item, bool fails = false, bool noted = false);

        [UnitOfWork(MaxRetries = 1, RetryOnConcurrencyFailure = true)]
        Task RetryAsync(string item);

        [UnitOfWork]
        Task<object> TargetAsync();

        [UnitOfWork]
        IAsyncEnumerable<string> ItemsAsync();

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

    /// <summary>Says when a scope makes it, and when it is disposed.</summary>
    public sealed class Numbered : IAsyncDisposable, IDisposable
    {
        private readonly List<string> _log;

        public Numbered(List<string> log, int number)
        {
            (_log, Number) = (log, number);
            log.Add($"scope {number}");
        }

        public int Number { get; }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        public void Dispose() => _log.Add($"disposed {Number}");
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
            Assert.IsGreaterThan(1, number.Number);
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
            db.Orders.Add(new Order { Item = item });
            await db.SaveChangesAsync();
            if (number.Number == 1)
                throw new DbUpdateConcurrencyException();
        }

        public Task<object> TargetAsync() => Task.FromResult<object>(this);

        public async IAsyncEnumerable<string> ItemsAsync()
        {
            await foreach (var item in db.Orders.OrderBy(one => one.Item).Select(one => one.Item).AsAsyncEnumerable())
                yield return item;
        }

        public DbContext Context() => db;
    }
}
