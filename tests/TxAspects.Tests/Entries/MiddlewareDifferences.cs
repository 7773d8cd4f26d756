using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>
/// A call that joins a read-only request becomes read-only, because nothing else can be said in one place for all GET requests.
/// </summary>
[TestClass]
public sealed class SettingsOnMiddlewareTests : SettingsSpecification<MiddlewareEntry>
{
    [TestMethod]
    public override Task Inner_call_that_writes_is_refused_in_a_read_only_unit_naming_both()
        => AssertRefusedAsync(body => Units.RequiredAsync(body));

    [TestMethod]
    public override Task Nested_call_that_writes_is_refused_in_a_read_only_unit()
        => AssertRefusedAsync(body => Units.NestedAsync(body));

    private async Task AssertRefusedAsync(Func<Func<Task>, Task> inner)
    {
        var refused = await Assert.ThrowsExactlyAsync<ReadOnlyUnitOfWorkException>(() => Units.ReadOnlyAsync(() => inner(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            Assert.AreEqual(0, await db.Orders.CountAsync());
            await InsertAsync("tea");
        })));

        Assert.AreEqual(NameOf("ReadOnlyAsync"), refused.UnitName);
        Assert.AreEqual(0, await Master.CountAsync());
    }
}

/// <summary>A request is asynchronous, so it takes hooks that await; an answer that is written synchronously cannot run them.</summary>
[TestClass]
public sealed class HookOnMiddlewareTests : HookSpecification<MiddlewareEntry>
{
    [TestMethod]
    public override async Task Synchronous_unit_refuses_hooks_to_await_and_goes_on()
    {
        Assert.ThrowsExactly<SynchronousUseException>(() => Units.Required(() =>
        {
            Tx.OnCommitted(async () => await Task.Yield());
            Insert("tea");
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }
}

/// <summary>There is no rule for the value that an endpoint returns.</summary>
[TestClass]
[DoNotParallelize]
public sealed class OutcomeOnMiddlewareTests : OutcomeSpecification<MiddlewareEntry>
{
    [TestMethod]
    public override async Task Rule_for_results_that_throws_is_the_failure()
    {
        var options = new TxAspectsOptions().RollbackWhen<string>(_ => throw new OutOfStockException());

        Assert.AreEqual("tea", await ConfiguredUnits.Create<MiddlewareEntry>(options).RequiredAsync(() => Task.FromResult("tea")));
    }
}

/// <summary>The value that an endpoint returns does not tell that it knows of the failure it swallowed; its status would.</summary>
[TestClass]
public sealed class RollbackOnlyOnMiddlewareTests : RollbackOnlySpecification<MiddlewareEntry>
{
    [TestMethod]
    public override async Task Failed_result_after_a_swallowed_failure_reaches_the_caller()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await SwallowAsync(() => Units.RequiredAsync(() => InsertAndFailAsync("tea")));
            return new KnownResult(IsFailure: true);
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }
}
