using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.Tests;

/// <summary>Units of services from Microsoft's container, on a real database.</summary>
[TestClass]
public sealed class ProvidedUnitsTests : DatabaseTests
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Method_that_returns_commits_what_it_and_its_services_wrote(bool byInterface)
    {
        await using var provider = Build();
        await using var scope = provider.CreateAsyncScope();

        await Sales(scope, byInterface).SellAsync("tea", fails: false);

        Assert.AreEqual("note tea,tea", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Method_that_throws_rolls_back_all_but_the_new_context(bool byInterface)
    {
        await using var provider = Build();
        await using var scope = provider.CreateAsyncScope();

        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Sales(scope, byInterface).SellAsync("tea", fails: true));

        Assert.AreEqual("note tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Scopes_at_the_same_time_have_a_unit_each()
    {
        await using var provider = Build();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async number =>
        {
            await using var scope = provider.CreateAsyncScope();
            var sold = Sales(scope, byInterface: true).SellAsync($"{number}", fails: number % 2 == 0);
            await (number % 2 == 0 ? Assert.ThrowsExactlyAsync<OutOfStockException>(() => sold) : sold);
        }));

        Assert.AreEqual("1,3,5,7,note 0,note 1,note 2,note 3,note 4,note 5,note 6,note 7", await Master.ItemsAsync());
    }

    private ServiceProvider Build() => Providers.Build(services => services
        .AddScoped<ISales, DerivedSales>()
        .AddScoped<SalesItself>()
        .AddScoped<IJournal>(_ => new Journal(Connect))
        .AddSingleton(Connect));

    private static ISales Sales(AsyncServiceScope scope, bool byInterface)
        => byInterface ? scope.ServiceProvider.GetRequiredService<ISales>() : scope.ServiceProvider.GetRequiredService<SalesItself>();

    public interface ISales
    {
        Task SellAsync(string item, bool fails);
    }

    public interface IJournal
    {
        [NewContext]
        Task NoteAsync(string text);
    }

    [UnitOfWork]
    public class SalesItself(DbConnect<ShopContext> connect, IJournal journal) : ISales
    {
        public virtual async Task SellAsync(string item, bool fails)
        {
            var db = await Tx.SessionAsync(connect);
            db.Orders.Add(new Order { Item = item });
            await journal.NoteAsync($"note {item}");
            if (fails)
                throw new OutOfStockException();
        }
    }

    public sealed class DerivedSales(DbConnect<ShopContext> connect, IJournal journal) : SalesItself(connect, journal);

    public sealed class Journal(DbConnect<ShopContext> connect) : IJournal
    {
        public async Task NoteAsync(string text)
        {
            var db = await Tx.SessionAsync(connect);
            db.Orders.Add(new Order { Item = text });
        }
    }
}
