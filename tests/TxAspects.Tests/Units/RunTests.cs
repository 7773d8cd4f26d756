namespace TxAspects.Tests;

/// <summary>What only the entry by calls has: names, and bodies it must refuse.</summary>
[TestClass]
public sealed class RunTests : DatabaseTests
{
    [TestMethod]
    public Task Unit_is_named_after_the_method_that_opened_it()
        => Tx.RunAsync(async () =>
        {
            await Task.Yield();
            Assert.AreEqual("RunTests.Unit_is_named_after_the_method_that_opened_it", Tx.Current!.Name);
        });

    [TestMethod]
    public Task Unit_of_a_method_group_is_named_after_that_method() => Tx.RunAsync(NamedAsync);

    [TestMethod]
    public Task Unit_has_the_name_it_was_given()
        => Tx.RunAsync(
            () =>
            {
                Assert.AreEqual("nightly import", Tx.Current!.Name);
                return Task.CompletedTask;
            },
            new UnitOfWorkOptions { Name = "nightly import" });

    [TestMethod]
    public void Synchronous_call_refuses_a_body_whose_end_it_would_not_see()
    {
        var ran = false;

        Assert.ThrowsExactly<ArgumentException>(() => Tx.Run<Task>(() =>
        {
            ran = true;
            return Task.CompletedTask;
        }));

        Assert.IsFalse(ran);
    }

    [TestMethod]
    public async Task Call_returns_the_value_of_its_body()
    {
        Assert.AreEqual(42, await Tx.RunAsync(() => Task.FromResult(42)));
        Assert.AreEqual(42, Tx.Run(() => 42));
        Assert.AreEqual(42, await Tx.RunInNewContextAsync(() => Task.FromResult(42)));
        Assert.AreEqual(42, Tx.RunInNewContext(() => 42));
    }

    [TestMethod]
    public async Task New_context_survives_the_failure_of_the_unit_around_it()
    {
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(async () =>
        {
            await InsertAsync("outer");
            await Tx.RunInNewContextAsync(() => InsertAsync("own"));
            throw new OutOfStockException();
        }));

        Assert.AreEqual("own", await Master.ItemsAsync());
    }

    private static Task NamedAsync()
    {
        Assert.AreEqual("RunTests.NamedAsync", Tx.Current!.Name);
        return Task.CompletedTask;
    }
}
