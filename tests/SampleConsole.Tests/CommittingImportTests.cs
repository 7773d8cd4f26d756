using Autofac;
using Npgsql;
using SampleConsole.Import;
using SampleConsole.Stock;
using TxAspects.Testing;

namespace SampleConsole.Tests;

/// <summary>
/// The import in the committing set-up: a database per test, and the program's static connect led to it from the test body.
/// </summary>
[TestClass]
public sealed class CommittingImportTests
{
    [TestMethod]
    public async Task Order_is_imported_and_audited_when_it_is_committed()
    {
        await using var database = await (await ShopServices.TemplateAsync()).CreateDatabaseAsync();
        using var redirection = database.RedirectHere(ShopServices.Master);
        await using var services = ShopServices.Build();

        var result = await services.Resolve<IOrderImport>().ImportAsync(ShopServices.Order("A1", quantity: 5));

        Assert.AreEqual(Verdict.Imported, result.Verdict);
        Assert.AreEqual("A1 55 Imported", await StateAsync(database));
        await database.VerifyAsync();
    }

    [TestMethod]
    public async Task Audit_row_of_an_order_that_is_rolled_back_stays()
    {
        await using var database = await (await ShopServices.TemplateAsync()).CreateDatabaseAsync();
        using var redirection = database.RedirectHere(ShopServices.Master);
        await using var services = ShopServices.Build();

        await Assert.ThrowsExactlyAsync<OutOfStockException>(
            () => services.Resolve<IOrderImport>().ImportAsync(ShopServices.Order("A1", quantity: 61)));

        Assert.AreEqual("60 OutOfStock", await StateAsync(database));
        await database.VerifyAsync();
    }

    [TestMethod]
    public async Task Import_takes_as_many_round_trips_as_it_did()
    {
        await using var database = await (await ShopServices.TemplateAsync()).CreateDatabaseAsync(countRoundTrips: true);
        using var redirection = database.RedirectHere(ShopServices.Master);
        await using var services = ShopServices.Build();
        var import = services.Resolve<IOrderImport>();
        await import.ImportAsync(ShopServices.Order("A1", quantity: 1));

        var count = await database.Wire!.CountAsync(() => import.ImportAsync(ShopServices.Order("A2", quantity: 1)));

        Assert.AreEqual(7, count.RoundTrips);
        Assert.AreEqual(0, count.Connections);
    }

    private static async Task<string> StateAsync(TestDatabase database)
    {
        const string Sql = "SELECT concat_ws(' ', (SELECT string_agg(number, ',') FROM orders), (SELECT stock FROM products), (SELECT " +
                           "verdict FROM audit))";
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var command = source.CreateCommand(Sql);
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
