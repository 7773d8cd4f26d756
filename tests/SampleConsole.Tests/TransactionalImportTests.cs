using Autofac;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using SampleConsole.Import;
using SampleConsole.Stock;
using TxAspects.Testing;

namespace SampleConsole.Tests;

/// <summary>The import in the transactional set-up: one database, in which nothing ever stays.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TransactionalImportTests
{
    private static TestDatabase s_database = null!;
    private IContainer _services = null!;
    private UnitLog _log = null!;
    private TransactionalTest _test = null!;

    private IOrderImport Import => _services.Resolve<IOrderImport>();

    [ClassInitialize]
    public static async Task CreateDatabaseAsync(TestContext context)
    {
        s_database = await (await ShopServices.TemplateAsync()).CreateDatabaseAsync();
        s_database.Redirect(ShopServices.Master);
    }

    [ClassCleanup]
    public static async Task DropDatabaseAsync() => await s_database.DisposeAsync();

    [TestInitialize]
    public async Task BeginAsync()
    {
        _services = ShopServices.Build(options => _log = UnitLog.Listen(options));
        _test = await TransactionalTest.BeginAsync(ShopServices.Master);
    }

    [TestCleanup]
    public async Task EndAsync()
    {
        await _test.DisposeAsync();
        _log.Dispose();
        await _services.DisposeAsync();
    }

    [TestMethod]
    public async Task Order_is_imported_and_audited_when_it_is_committed()
    {
        var result = await Import.ImportAsync(ShopServices.Order("A1", quantity: 5));

        Assert.AreEqual(Verdict.Imported, result.Verdict);
        Assert.AreEqual(55, await StockAsync());
        Assert.AreEqual("Imported", await VerdictAsync());
        CollectionAssert.Contains(_log.AssertCommitted("OrderImport.ImportAsync").Methods.ToArray(), "StockService.TakeAsync");
    }

    [TestMethod]
    public async Task Order_that_is_not_whole_is_refused_at_the_commit()
    {
        var failure = await Assert.ThrowsExactlyAsync<PostgresException>(
            () => Import.ImportAsync(ShopServices.Order("A1", quantity: 5, total: 11)));

        Assert.AreEqual("order_lines_make_up_total", failure.ConstraintName);
        Assert.AreEqual(60, await StockAsync());
        Assert.AreEqual("", await VerdictAsync());
    }

    [TestMethod]
    public async Task Audit_row_of_an_order_that_is_rolled_back_needs_the_committing_set_up()
    {
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Import.ImportAsync(ShopServices.Order("A1", quantity: 61)));

        StringAssert.Contains(
            (await Assert.ThrowsExactlyAsync<TestSetUpException>(VerdictAsync)).Message,
            "'OrderImport.ImportAsync' rolled back what 'AuditTrail.RecordAsync' had committed");
        await Assert.ThrowsExactlyAsync<TestVerificationException>(() => _test.DisposeAsync().AsTask());
    }

    private Task<int> StockAsync() => _test.Session(ShopServices.Master).Products.Select(product => product.Stock).SingleAsync();

    private async Task<string> VerdictAsync()
        => await _test.Session(ShopServices.Master).Database.SqlQuery<string>($"SELECT verdict AS \"Value\" FROM audit")
            .SingleOrDefaultAsync() ?? "";
}
