namespace SampleConsole.Tests;

[TestClass]
public sealed class ExitCodeTests
{
    private const string Orders =
        """
        customer,C1,Ada,100.00
        product,TEA,Green tea,5
        order,A1,2025-03-01,C1
        line,A1,TEA,1,2.00
        """;

    [TestMethod]
    public async Task Missing_file_is_one_line_and_2()
    {
        var result = await SampleProgram.RunAsync("no-such-file.csv");

        Assert.AreEqual(2, result.ExitCode);
        Assert.AreEqual("The file 'no-such-file.csv' does not exist.", result.Error.Trim());
    }

    [TestMethod]
    public async Task Unreachable_server_is_one_line_without_the_connection_string_and_2()
    {
        var result = await SampleProgram.RunAsync("--connection", "Host=127.0.0.1;Port=1;Username=me;Password=hidden");

        Assert.AreEqual(2, result.ExitCode);
        Assert.HasCount(1, result.Error.Trim().Split('\n'));
        StringAssert.Contains(result.Error, "cannot be reached");
        Assert.DoesNotContain("hidden", result.Output + result.Error);
    }

    [TestMethod]
    public async Task Missing_database_is_one_line_and_2()
    {
        var result = await SampleProgram.RunAsync("--connection", TestRun.Server.ConnectionStringFor("no_such_database"));

        Assert.AreEqual(2, result.ExitCode);
        Assert.HasCount(1, result.Error.Trim().Split('\n'));
        StringAssert.Contains(result.Error, "does not exist");
    }

    [TestMethod]
    [DataRow("--parallel", "0")]
    [DataRow("--parallel", "x")]
    [DataRow("--parallel")]
    [DataRow("--connection", "password hidden")]
    [DataRow("--unknown")]
    [DataRow("one.csv", "two.csv")]
    public async Task Wrong_option_is_a_line_with_the_usage_and_2(params string[] arguments)
    {
        var result = await SampleProgram.RunAsync(arguments);

        Assert.AreEqual(2, result.ExitCode);
        StringAssert.Contains(result.Error, "Usage: sample-console");
        Assert.DoesNotContain("hidden", result.Error);
    }

    [TestMethod]
    public async Task Help_is_0()
    {
        var result = await SampleProgram.RunAsync("--help");

        result.AssertSucceeded();
        StringAssert.Contains(result.Output, "--parallel");
    }

    [TestMethod]
    public async Task Stock_that_somebody_else_changed_is_a_disagreement_and_1()
    {
        await using var shop = await TestShop.CreateAsync();
        (await shop.ImportAsync(Orders)).AssertSucceeded();
        await shop.ExecuteAsync("UPDATE products SET stock = stock - 1");

        var result = await shop.ImportAsync(Orders);

        Assert.AreEqual(1, result.ExitCode);
        StringAssert.Contains(result.Output, "DISAGREES");
    }

    [TestMethod]
    public async Task Row_that_the_database_dropped_is_a_disagreement_and_1()
    {
        await using var shop = await TestShop.CreateAsync();
        (await shop.ImportAsync(Orders.Replace("A1", "A0", StringComparison.Ordinal))).AssertSucceeded();
        await shop.ExecuteAsync(
            """
            CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
            CREATE TRIGGER swallow BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION swallow();
            """);

        var result = await shop.ImportAsync(Orders);

        Assert.AreEqual(1, result.ExitCode);
        Assert.AreEqual(2, await shop.CountAsync("orders"));
    }

    [TestMethod]
    [DataRow("", "has no order in it")]
    [DataRow("# nothing but a comment\n", "has no order in it")]
    [DataRow("customer,C1,Ada,100.00\nproduct,TEA,Green tea,5\n", "has no order in it")]
    [DataRow("order,A1,2025-03-01,C1\nline,A1,TEA,1,2.00\n", "has no order that can be imported: 1 of its lines are broken")]
    public async Task File_without_a_single_order_is_a_line_and_2(string content, string reason)
    {
        await using var shop = await TestShop.CreateAsync();

        var result = await shop.ImportAsync(content);

        Assert.AreEqual(2, result.ExitCode, result.Output + result.Error);
        Assert.HasCount(1, result.Error.Trim().Split('\n'));
        StringAssert.Contains(result.Error, reason);
        Assert.IsFalse(await shop.ScalarAsync<bool>("SELECT to_regclass('orders') IS NOT NULL"));
    }

    [TestMethod]
    public async Task Ctrl_C_shows_what_was_done_and_is_130()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("Needs signals.");
        await using var shop = await TestShop.CreateAsync();
        using var program = SampleProgram.Start("--connection", shop.ConnectionString);
        await shop.WaitForOrdersAsync(100);

        await program.InterruptAsync();
        var result = await program.EndAsync();

        Assert.AreEqual(130, result.ExitCode, result.Output + result.Error);
        StringAssert.Contains(result.Output, $"{await shop.CountAsync("orders")} |");
        StringAssert.Contains(result.Error, "Start again with the same --connection");
        await shop.AssertSoundAsync();
    }

    [TestMethod]
    public async Task Ctrl_C_on_a_temporary_database_promises_no_resumption()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("Needs signals.");
        using var program = SampleProgram.Start();
        await program.WaitForAsync("Importing: ");

        await program.InterruptAsync();
        var result = await program.EndAsync();

        Assert.AreEqual(130, result.ExitCode, result.Output + result.Error);
        StringAssert.Contains(result.Error, "what was imported is gone");
        Assert.DoesNotContain("Start again", result.Error);
    }
}
