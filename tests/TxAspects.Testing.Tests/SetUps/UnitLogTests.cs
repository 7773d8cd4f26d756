using Autofac;
using TxAspects.Testing.Tests.Shop;

namespace TxAspects.Testing.Tests.SetUps;

/// <summary>How a unit ended, why, and what ran in it: T4.</summary>
[TestClass]
public sealed class UnitLogTests
{
    private DbConnect<ShopContext> _connect = null!;
    private IContainer _services = null!;
    private UnitLog _log = null!;
    private TransactionalTest _test = null!;

    private IOrderService Orders => _services.Resolve<IOrderService>();

    [TestInitialize]
    public async Task BeginAsync()
    {
        _connect = ShopServer.Connect((await ShopServer.SharedAsync()).ConnectionString);
        _services = ShopServer.Build(_connect, options => _log = UnitLog.Listen(options));
        _test = await TransactionalTest.BeginAsync(_connect);
    }

    [TestCleanup]
    public async Task EndAsync()
    {
        await _test.DisposeAsync();
        _log.Dispose();
        await _services.DisposeAsync();
        await _connect.DisposeAsync();
    }

    [TestMethod]
    public async Task Committed_unit_tells_so_and_which_methods_ran_in_it()
    {
        await Orders.PlaceAllAsync([new Order { Item = "tea" }, new Order { Item = "milk" }]);

        var unit = _log.AssertCommitted("OrderService.PlaceAllAsync");

        Assert.AreSequenceEqual(["OrderService.PlaceAsync", "OrderService.PlaceAsync"], unit.Methods);
        Assert.AreEqual(new ConnectOutcome("shop", UnitOfWorkState.Committed), unit.Outcome.Connects.Single());
    }

    [TestMethod]
    public async Task Unit_that_ended_in_another_way_says_why()
    {
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Orders.PlaceAsync(new Order { Item = "tea" }, fail: true));

        var failure = Assert.ThrowsExactly<TestVerificationException>(() => _log.AssertCommitted("OrderService.PlaceAsync"));

        StringAssert.Contains(failure.Message, "'OrderService.PlaceAsync' ended as RolledBack because it failed with " +
                                               "InvalidOperationException");
        Assert.IsInstanceOfType<InvalidOperationException>(failure.InnerException);
        _log.AssertRolledBack("OrderService.PlaceAsync");
    }

    [TestMethod]
    public async Task Unit_that_did_not_end_is_answered_with_those_that_did()
    {
        await Orders.PlaceAsync(new Order { Item = "tea" });

        var failure = Assert.ThrowsExactly<TestVerificationException>(() => _log.AssertCommitted("OrderService.PlaceAllAsync"));

        StringAssert.Contains(failure.Message, "These have: ");
        StringAssert.Contains(failure.Message, "'OrderService.PlaceAsync' ended as Committed");
    }

    [TestMethod]
    public async Task Units_of_their_own_are_logged_each_for_itself_in_the_order_of_their_ends()
    {
        await Orders.PlaceAuditedAsync(new Order { Item = "tea" });

        // Plain calls of Tx in a test that runs at the same time are logged as well: the container that was built last has their options.
        var names = _log.Units.Select(unit => unit.Outcome.Name).Where(name => name.Contains("Service", StringComparison.Ordinal));
        Assert.AreSequenceEqual(["AuditService.RecordAsync", "OrderService.PlaceAuditedAsync"], names);
    }
}
