using TxAspects.Tests;

namespace TxAspects.Dashboard.Tests;

/// <summary>What is kept is bounded.</summary>
[TestClass]
public sealed class BoundsTests : DashboardTests
{
    [TestMethod]
    public async Task Oldest_units_go_first()
    {
        await StartAsync(options: options => options.KeptUnits = 10);
        for (var number = 1; number <= 25; number++)
            await RunAsync($"unit {number}", () => Task.CompletedTask);

        var list = await App.GetAsync("units");
        Assert.AreEqual(10, (int)list["kept"]!);
        Assert.AreEqual("unit 25", (string?)list["units"]![0]!["name"]);
        Assert.AreEqual("unit 16", (string?)list["units"]![9]!["name"]);
        var first = (long)list["units"]![9]!["id"]! - 1;
        using var gone = await App.Client.GetAsync($"/tx/api/units/{first}");
        Assert.AreEqual(System.Net.HttpStatusCode.NotFound, gone.StatusCode);
    }

    [TestMethod]
    public async Task First_and_last_steps_of_a_long_unit_are_kept()
    {
        await StartAsync(options: options => options.StepsPerUnit = 20);
        await RunAsync("long", async () =>
        {
            for (var number = 0; number < 500; number++)
                await Tx.RunAsync(() => Task.CompletedTask, new UnitOfWorkOptions { Name = $"call {number}" });
        });

        var unit = await App.UnitAsync("long");
        var steps = unit["steps"]!.AsArray();
        Assert.AreEqual(501, (int)unit["stepCount"]!);
        Assert.HasCount(20, steps);
        Assert.AreEqual("call 0", (string?)steps[0]!["name"]);
        Assert.AreEqual("BodyEnd", (string?)steps[^1]!["kind"]);
        Assert.AreEqual("call 499", (string?)steps[^2]!["name"]);
    }

    [TestMethod]
    public async Task Long_texts_are_cut()
    {
        await StartAsync(options: options => (options.TextLength, options.ShowSql) = (100, true));
        await RunAsync(new string('n', 5000), async () =>
        {
            Tx.SetRollbackOnly(new string('r', 5000));
            await InsertAsync("tea", Shop);
        });

        var text = (await App.GetAsync("units")).ToJsonString();
        Assert.IsLessThan(1500, text.Length);
        var id = (await App.GetAsync("units"))["units"]![0]!["id"];
        Assert.IsLessThan(4000, (await App.GetAsync($"units/{id}")).ToJsonString().Length);
    }

    [TestMethod]
    public async Task Memory_does_not_grow_with_the_units()
    {
        await StartAsync(options: options => options.KeptUnits = 100);
        await RunManyAsync(20_000);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await RunManyAsync(200_000);

        // 200,000 records would be more than 60 MB. What else the process does in the meantime comes to some.
        Assert.IsLessThan(15_000_000, GC.GetTotalMemory(forceFullCollection: true) - before);
        Assert.AreEqual(100, (int)(await App.GetAsync("units"))["kept"]!);
    }

    [TestMethod]
    public async Task What_units_were_made_of_is_let_go()
    {
        await StartAsync();
        var failure = await FailAsync();

        for (var attempt = 0; attempt < 20 && failure.IsAlive; attempt++)
            GC.Collect();

        Assert.IsFalse(failure.IsAlive, "The record of the unit keeps its exception.");
        Assert.AreEqual("failing", (string?)(await App.UnitAsync("failing"))["name"]);
    }

    private async Task<WeakReference> FailAsync()
    {
        var failure = new OutOfStockException();
        var weak = new WeakReference(failure);
        try
        {
            await RunAsync("failing", () => Task.FromException(failure));
        }
        catch (OutOfStockException)
        {
        }

        return weak;
    }

    private async Task RunManyAsync(int count)
    {
        for (var number = 0; number < count; number++)
            await App.Work.RunAsync(() => Task.CompletedTask);
    }
}
