using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Docs.Tests.HowTo.TwoDatabases;
using TxAspects.Testing;

namespace TxAspects.Docs.Tests.Reference;

/// <summary>The unit over two databases of docs/databases.md commits in both.</summary>
[TestClass]
public sealed class PaymentsTests
{
    public interface IPayments
    {
        Task PayAsync(Order order, LedgerEntry entry);
    }

    [TestMethod]
    public async Task Payment_is_in_both_databases()
    {
        await using var server = await TemporaryPostgres.StartAsync();
        await using var first = await TemporaryDatabase.CreateAsync(server);
        await using var second = await TemporaryDatabase.CreateAsync(server);
        await using var shop = PostgresConnect.Create<ShopContext>(
            first.ConnectionString, new() { Name = "shop", TwoPhase = new PostgresTwoPhase() });
        await using var ledger = PostgresConnect.Create<LedgerContext>(
            second.ConnectionString, new() { Name = "ledger", TwoPhase = new PostgresTwoPhase() });
        await Decisions.CreateAsync(shop);
        await Decisions.CreateAsync(ledger);
        await using var provider = new ServiceCollection()
            .AddSingleton(shop).AddSingleton(ledger).AddSingleton<IPayments, Payments>().AddTxAspects().BuildServiceProvider();

        await provider.GetRequiredService<IPayments>().PayAsync(new Order { Item = "tea" }, new LedgerEntry { Text = "one tea" });

        await using var orders = await Tx.NewSessionAsync(shop);
        await using var entries = await Tx.NewSessionAsync(ledger);
        Assert.AreEqual("tea", (await orders.Orders.SingleAsync()).Item);
        Assert.AreEqual("one tea", (await entries.Entries.SingleAsync()).Text);
    }

    public sealed class Payments(DbConnect<ShopContext> shop, DbConnect<LedgerContext> ledger) : IPayments
    {
        private DbConnect<ShopContext> Shop { get; } = shop;

        private DbConnect<LedgerContext> Ledger { get; } = ledger;

        [UnitOfWork(CommitMode = CommitMode.TwoPhase)]
        public async Task PayAsync(Order order, LedgerEntry entry)
        {
            (await Tx.SessionAsync(Shop)).Orders.Add(order);
            (await Tx.SessionAsync(Ledger)).Entries.Add(entry);
        }
    }
}
