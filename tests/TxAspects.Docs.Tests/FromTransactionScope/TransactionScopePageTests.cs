using System.Transactions;
using Autofac;
using Microsoft.EntityFrameworkCore;
using TxAspects.Testing;

namespace TxAspects.Docs.Tests.FromTransactionScope;

/// <summary>docs/coming-from-transactionscope.md: what stands there before and after does the same.</summary>
[TestClass]
public sealed class TransactionScopePageTests
{
    private TemporaryDatabase _database = null!;
    private DbConnect<BankContext> _bank = null!;
    private IContainer _container = null!;

    [TestInitialize]
    public async Task CreateAsync()
    {
        _database = await TemporaryDatabase.CreateAsync(Server.Current);
        var builder = new ContainerBuilder();
        builder.RegisterModule(new TxAspectsModule());
        builder.AddTxConnect("bank", PostgresConnect.Create<BankContext>, _database.ConnectionString);
        builder.RegisterType<TransferService>().As<ITransferService>();
        builder.RegisterType<ClosingService>().As<IClosingService>();
        builder.RegisterType<ImportService>().As<IImportService>();
        builder.RegisterType<InterestService>().As<IInterestService>();
        builder.RegisterType<ReportService>().As<IReportService>();
        builder.RegisterType<OpeningService>().As<IOpeningService>();
        builder.RegisterType<PostOffice>().As<IPostOffice>().AsSelf().SingleInstance();
        _container = builder.Build();
        _bank = _container.Resolve<DbConnect<BankContext>>();
        await _bank.EnsureCreatedAsync();
        await using var db = await _bank.ContextFactory.CreateDbContextAsync();
        db.AddRange(new Account { Id = "a", Balance = 100 }, new Account { Id = "b" });
        await db.SaveChangesAsync();
    }

    [TestCleanup]
    public async Task DropAsync()
    {
        await _container.DisposeAsync();
        await _database.DisposeAsync();
    }

    [TestMethod]
    public async Task Transfer_before()
    {
        var service = new Before.TransferService(_bank.ContextFactory);
        await service.TransferAsync("a", "b", 30);
        await Assert.ThrowsExactlyAsync<NotEnoughException>(() => service.TransferAsync("a", "b", 300));
        Assert.AreEqual("a 70, b 30", await BalancesAsync());
    }

    [TestMethod]
    public async Task Transfer_after()
    {
        var service = _container.Resolve<ITransferService>();
        await service.TransferAsync("a", "b", 30);
        await Assert.ThrowsExactlyAsync<NotEnoughException>(() => service.TransferAsync("a", "b", 300));
        Assert.AreEqual("a 70, b 30", await BalancesAsync());
    }

    [TestMethod]
    public async Task Closing_before()
    {
        await using var db = await _bank.ContextFactory.CreateDbContextAsync();
        await new Before.ClosingService(db).CloseAsync("b");
        Assert.AreEqual("a 100", await BalancesAsync());
    }

    [TestMethod]
    public async Task Closing_after()
    {
        await _container.Resolve<IClosingService>().CloseAsync("b");
        Assert.AreEqual("a 100", await BalancesAsync());
    }

    [TestMethod]
    public async Task Import_before()
    {
        await using var db = await _bank.ContextFactory.CreateDbContextAsync();
        await new Before.ImportService(db).ImportAsync([new() { Id = "c" }, new() { Id = "a" }, new() { Id = "d" }]);
        Assert.AreEqual("a 100, b 0, c 0, d 0", await BalancesAsync());
    }

    [TestMethod]
    public async Task Import_after()
    {
        await _container.Resolve<IImportService>().ImportAsync([new() { Id = "c" }, new() { Id = "a" }, new() { Id = "d" }]);
        Assert.AreEqual("a 100, b 0, c 0, d 0", await BalancesAsync());
    }

    [TestMethod]
    public async Task Interest_before()
    {
        await using var db = await _bank.ContextFactory.CreateDbContextAsync();
        await new Before.InterestService(db).AddAsync(0.5m);
        Assert.AreEqual("a 150, b 0", await BalancesAsync());
    }

    [TestMethod]
    public async Task Interest_after()
    {
        await _container.Resolve<IInterestService>().AddAsync(0.5m);
        Assert.AreEqual("a 150, b 0", await BalancesAsync());
    }

    [TestMethod]
    public async Task Report_before()
    {
        await using var db = await _bank.ContextFactory.CreateDbContextAsync();
        Assert.AreEqual(100, await new Before.ReportService(db).NoteTotalAsync());
        Assert.AreEqual("total 100", (await db.Entries.SingleAsync()).Text);
    }

    [TestMethod]
    public async Task Report_after()
    {
        Assert.AreEqual(100, await _container.Resolve<IReportService>().NoteTotalAsync());
        await using var db = await _bank.ContextFactory.CreateDbContextAsync();
        Assert.AreEqual("total 100", (await db.Entries.SingleAsync()).Text);
    }

    [TestMethod]
    public async Task Letter_is_sent_after_the_commit_and_only_then()
    {
        var opening = _container.Resolve<IOpeningService>();
        await opening.OpenAsync("c");
        await Assert.ThrowsExactlyAsync<DbUpdateException>(() => opening.OpenAsync("c"));
        Assert.AreEqual("Welcome, c.", string.Join(' ', _container.Resolve<PostOffice>().Sent));
    }

    [TestMethod]
    public async Task Scope_around_a_unit_is_refused_and_one_that_suppresses_is_not()
    {
        var transfers = _container.Resolve<ITransferService>();
        using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
            await Assert.ThrowsExactlyAsync<SessionException>(() => transfers.TransferAsync("a", "b", 1));

        using (var outer = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            using (new TransactionScope(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled))
                await transfers.TransferAsync("a", "b", 1);

            outer.Complete();
        }

        Assert.AreEqual("a 99, b 1", await BalancesAsync());
    }

    private async Task<string> BalancesAsync()
    {
        await using var db = await _bank.ContextFactory.CreateDbContextAsync();
        var accounts = await db.Accounts.OrderBy(account => account.Id).ToListAsync();
        return string.Join(", ", accounts.Select(account => $"{account.Id} {(int)account.Balance}"));
    }

    private sealed class PostOffice : IPostOffice
    {
        public List<string> Sent { get; } = [];

        public Task SendAsync(string text)
        {
            Sent.Add(text);
            return Task.CompletedTask;
        }
    }
}
