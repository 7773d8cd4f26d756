namespace SampleConsole.Tests;

[TestClass]
public sealed class ImportTests
{
    private const string Catalog =
        """
        customer,C1,"Berg, Ada",100.00
        product,TEA,Green tea,5
        product,COFFEE,Coffee,50

        """;

    [TestMethod]
    public async Task Order_out_of_stock_rolls_back_only_itself_and_its_audit_row_stays()
    {
        await using var shop = await TestShop.CreateAsync();

        var result = await shop.ImportAsync(Catalog +
            """
            order,A1,2025-03-01,C1
            line,A1,COFFEE,2,3.00
            line,A1,TEA,6,2.00
            order,A2,2025-03-01,C1
            line,A2,TEA,5,2.00
            """);

        result.AssertSucceeded();
        Assert.AreEqual("A2", await shop.ScalarAsync<string>("SELECT string_agg(number, ',') FROM orders"));
        Assert.AreEqual(50, await shop.ScalarAsync<int>("SELECT stock FROM products WHERE sku = 'COFFEE'"));
        Assert.AreEqual("OutOfStock", await shop.ScalarAsync<string>("SELECT verdict FROM audit WHERE order_number = 'A1'"));
        StringAssert.Contains(result.Output, "out of stock");
        await shop.AssertSoundAsync();
    }

    [TestMethod]
    public async Task Audit_row_finds_a_second_connection_however_small_the_pool_was_set()
    {
        await using var shop = await TestShop.CreateAsync();
        var orders = Enumerable.Range(1, 20).Select(i => $"order,A{i},2025-03-01,C1\nline,A{i},TEA,6,2.00\n");

        var result = await shop.ImportAsync(Catalog + string.Concat(orders), "Maximum Pool Size=1;Timeout=2");

        result.AssertSucceeded();
        Assert.AreEqual(20, await shop.CountAsync("audit WHERE verdict = 'OutOfStock'"));
    }

    [TestMethod]
    public async Task Failed_result_rolls_back_only_its_order_and_its_audit_row_stays()
    {
        await using var shop = await TestShop.CreateAsync();

        var result = await shop.ImportAsync(Catalog +
            """
            order,A1,2025-03-01,C1
            line,A1,COFFEE,40,3.00
            order,A2,2025-03-01,C1
            line,A2,COFFEE,2,3.00
            """);

        result.AssertSucceeded();
        Assert.AreEqual(48, await shop.ScalarAsync<int>("SELECT stock FROM products WHERE sku = 'COFFEE'"));
        Assert.AreEqual("CreditLimitExceeded", await shop.ScalarAsync<string>("SELECT verdict FROM audit WHERE order_number = 'A1'"));
        await shop.AssertSoundAsync();
    }

    [TestMethod]
    public async Task Refunds_give_back_at_most_what_was_paid()
    {
        await using var shop = await TestShop.CreateAsync();

        var result = await shop.ImportAsync(Catalog +
            """
            refund,R1,2025-03-02,C1,A1
            line,R1,TEA,1,2.00
            refund,R2,2025-03-02,C1,A1
            line,R2,TEA,1,20.00
            refund,R3,2025-03-02,C1,A9
            line,R3,TEA,1,2.00
            order,A1,2025-03-01,C1
            line,A1,TEA,5,2.00
            """);

        result.AssertSucceeded();
        Assert.AreEqual(1, await shop.ScalarAsync<int>("SELECT stock FROM products WHERE sku = 'TEA'"));
        Assert.AreEqual(2.00m, await shop.ScalarAsync<decimal>("SELECT refunded FROM orders WHERE number = 'A1'"));
        Assert.AreEqual(
            "R1 Imported, R2 RefundTooLarge, R3 NothingToRefund",
            await shop.ScalarAsync<string>(
                "SELECT string_agg(order_number || ' ' || verdict, ', ' ORDER BY order_number) FROM audit WHERE order_number LIKE 'R%'"));
        await shop.AssertSoundAsync();
    }

    [TestMethod]
    public async Task Second_run_leaves_what_is_there_and_tries_the_rest_again()
    {
        await using var shop = await TestShop.CreateAsync();
        const string Orders =
            """
            order,A1,2025-03-01,C1
            line,A1,TEA,5,2.00
            refund,R1,2025-03-02,C1,A1
            line,R1,TEA,1,2.00
            order,A2,2025-03-01,C1
            line,A2,TEA,6,2.00
            """;
        await shop.ImportAsync(Catalog + Orders);

        var result = await shop.ImportAsync(Catalog + Orders.Replace("line,A2,TEA,6", "line,A2,TEA,1", StringComparison.Ordinal));

        result.AssertSucceeded();
        StringAssert.Contains(result.Output, "Already there");
        StringAssert.Contains(result.Output, "Orders of earlier runs in the database: 2.");
        StringAssert.Contains(result.Output, "Orders tried: 1 in ");
        StringAssert.Contains(result.Output, "There already: 2.");
        Assert.AreEqual(3, await shop.CountAsync("orders"));
        Assert.AreEqual(2, await shop.ScalarAsync<int>("SELECT attempts FROM audit WHERE order_number = 'A2' AND verdict = 'Imported'"));
        await shop.AssertSoundAsync();
    }

    [TestMethod]
    public async Task Audit_row_that_a_killed_run_still_owed_is_added_by_the_next()
    {
        await using var shop = await TestShop.CreateAsync();
        const string Order =
            """
            order,A1,2025-03-01,C1
            line,A1,TEA,1,2.00
            """;
        await shop.ImportAsync(Catalog + Order);
        await shop.ExecuteAsync("DELETE FROM audit");

        var result = await shop.ImportAsync(Catalog + Order);

        result.AssertSucceeded();
        await shop.AssertSoundAsync();
    }

    [TestMethod]
    public async Task Other_order_with_a_number_that_is_taken_is_not_imported()
    {
        await using var shop = await TestShop.CreateAsync();
        const string Order =
            """
            order,A1,2025-03-01,C1
            line,A1,TEA,1,2.00
            """;
        await shop.ImportAsync(Catalog + Order);

        var result = await shop.ImportAsync(Catalog + Order.Replace("TEA,1,", "TEA,2,", StringComparison.Ordinal));

        result.AssertSucceeded();
        StringAssert.Contains(result.Output, "another order has the number");
        Assert.AreEqual(4, await shop.ScalarAsync<int>("SELECT stock FROM products WHERE sku = 'TEA'"));
        await shop.AssertSoundAsync();
    }

    [TestMethod]
    public async Task Order_that_a_constraint_forbids_rolls_back_only_itself()
    {
        await using var shop = await TestShop.CreateAsync();
        (await shop.ImportAsync(Catalog + "order,A0,2025-03-01,C1\nline,A0,COFFEE,1,2.00\n")).AssertSucceeded();
        await shop.ExecuteAsync("ALTER TABLE order_lines ADD CONSTRAINT no_tea CHECK (sku <> 'TEA')");

        var result = await shop.ImportAsync(
            Catalog +
            """
            order,A1,2025-03-01,C1
            line,A1,TEA,1,2.00
            order,A2,2025-03-01,C1
            line,A2,COFFEE,1,2.00
            """);

        result.AssertSucceeded();
        Assert.AreEqual("A0,A2", await shop.ScalarAsync<string>("SELECT string_agg(number, ',' ORDER BY number) FROM orders"));
        Assert.AreEqual(
            "RefusedByDatabase It violates 'no_tea'.",
            await shop.ScalarAsync<string>("SELECT verdict || ' ' || detail FROM audit WHERE order_number = 'A1'"));
        await shop.AssertSoundAsync();
    }

    [TestMethod]
    public async Task Broken_line_is_reported_with_its_number_and_costs_its_order_only()
    {
        await using var shop = await TestShop.CreateAsync();

        var result = await shop.ImportAsync(
            Catalog +
            """
            order,A1,2025-03-01,C1
            line,A1,TEA,1,2.00
            line,A1,MILK,1,2.00
            order,A2,2025-03-01,C1
            line,A2,TEA,1,2.00
            """);

        result.AssertSucceeded();
        StringAssert.Contains(result.Output, "Line 6: unknown product. 'MILK' is not in the file.");
        Assert.AreEqual("A2", await shop.ScalarAsync<string>("SELECT string_agg(number, ',') FROM orders"));
    }

    [TestMethod]
    public async Task Days_are_summed_up_and_published()
    {
        await using var shop = await TestShop.CreateAsync();

        await shop.ImportAsync(
            Catalog +
            """
            order,A1,2025-03-01,C1
            line,A1,TEA,2,2.00
            order,A2,2025-03-02,C1
            line,A2,TEA,1,2.00
            refund,R1,2025-03-02,C1,A1
            line,R1,TEA,1,2.00
            """);

        Assert.AreEqual(
            "2025-03-01 1 4.00 0 0.00 Published, 2025-03-02 1 2.00 1 2.00 Published",
            await shop.ScalarAsync<string>(
                """
                SELECT string_agg(concat_ws(' ', day, sales, sales_total, refunds, refund_total, status), ', ' ORDER BY day)
                FROM daily_summaries
                """));
    }
}
