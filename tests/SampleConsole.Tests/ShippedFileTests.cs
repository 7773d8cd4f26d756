namespace SampleConsole.Tests;

[TestClass]
public sealed class ShippedFileTests
{
    [TestMethod]
    public async Task Killed_midway_and_started_again_no_order_is_twice_or_half_there()
    {
        await using var shop = await TestShop.CreateAsync();
        using (var killed = SampleProgram.Start("--connection", shop.ConnectionString, "--parallel", "8"))
        {
            await shop.WaitForOrdersAsync(800);
            killed.Kill();
            await killed.EndAsync();
        }

        var orders = 0L;
        for (var run = 0; run < 3; run++)
        {
            var result = await SampleProgram.RunAsync("--connection", shop.ConnectionString, "--parallel", "8");

            result.AssertSucceeded();
            Assert.DoesNotContain("DISAGREES", result.Output);
            await shop.AssertSoundAsync();
            Assert.IsGreaterThanOrEqualTo(orders, await shop.CountAsync("orders"));
            orders = await shop.CountAsync("orders");
        }

        Assert.IsGreaterThan(4_000, orders);
    }

    [TestMethod]
    public async Task Without_a_connection_all_of_it_runs_on_a_temporary_database_and_no_control_code_is_written()
    {
        var result = await SampleProgram.RunAsync("--parallel", "8");

        result.AssertSucceeded();
        StringAssert.Contains(result.Output, "temporary");
        string[] texts = ["Committed", "out of stock", "credit limit exceeded", "refund too large", "Importing: 5361 of 5361"];
        foreach (var expected in texts)
            StringAssert.Contains(result.Output, expected);
        Assert.IsFalse((result.Output + result.Error).Any(c => char.IsControl(c) && c is not ('\r' or '\n')));
        Assert.DoesNotContain("Host=", result.Output + result.Error);
    }
}
