using System.Data;
using Microsoft.EntityFrameworkCore;

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

    [TestMethod]
    public async Task New_context_has_the_settings_it_is_given()
    {
        var options = new UnitOfWorkOptions { Name = "own", IsolationLevel = IsolationLevel.Serializable, TimeoutSeconds = 30 };

        await Tx.RunAsync(async () =>
        {
            await Tx.RunInNewContextAsync(() => AssertOwn(options), options);
            Assert.AreEqual(1, await Tx.RunInNewContextAsync(async () =>
            {
                await AssertOwn(options);
                return 1;
            }, options with { Propagation = Propagation.RequiresNew }));
            Tx.RunInNewContext(() => { _ = AssertOwn(options); }, options);
            Assert.AreEqual(1, Tx.RunInNewContext(() => AssertOwn(options).IsCompleted ? 1 : 0, options));
        });
    }

    [TestMethod]
    public async Task New_context_is_repeated_as_its_options_say()
    {
        var attempts = 0;

        await Tx.RunAsync(() => Tx.RunInNewContextAsync(
            () => ++attempts == 1 ? throw new DbUpdateConcurrencyException() : InsertAsync("second"),
            new UnitOfWorkOptions { MaxRetries = 1, RetryOnConcurrencyFailure = true }));

        Assert.AreEqual(2, attempts);
        Assert.AreEqual("second", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(Propagation.Nested)]
    [DataRow(Propagation.Mandatory)]
    [DataRow(Propagation.Supports)]
    [DataRow(Propagation.NotSupported)]
    [DataRow(Propagation.Never)]
    [DataRow(Propagation.Outermost)]
    public void New_context_refuses_another_propagation(Propagation propagation)
    {
        var options = new UnitOfWorkOptions { Propagation = propagation };

        var refused = Assert.ThrowsExactly<ArgumentException>(() => { _ = Tx.RunInNewContextAsync(NamedAsync, options); });
        Assert.ThrowsExactly<ArgumentException>(() => Tx.RunInNewContext(() => Assert.Fail("The body ran."), options));

        StringAssert.Contains(refused.Message, $"Propagation.{propagation}");
        StringAssert.Contains(refused.Message, "Tx.RunAsync");
    }

    private static Task AssertOwn(UnitOfWorkOptions options)
    {
        Assert.AreEqual("own", Tx.Current!.Name);
        Assert.IsNotNull(Tx.Current.Around);
        Assert.AreEqual(options with { Propagation = Propagation.RequiresNew }, Tx.Current.Options);
        return Task.CompletedTask;
    }

    private static Task NamedAsync()
    {
        Assert.AreEqual("RunTests.NamedAsync", Tx.Current!.Name);
        return Task.CompletedTask;
    }
}
