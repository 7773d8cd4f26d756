using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.Tests;

/// <summary>Microsoft's container disposes the target once, with the scope it was made in.</summary>
[TestClass]
public sealed class ProvidedDisposalTests
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Disposable_is_disposed_once_with_its_scope(bool byInterface)
    {
        var log = new DisposalTests.Log();
        using var provider = Build(log, typeof(DisposalTests.Disposable), typeof(DisposalTests.DisposableItself), byInterface);
        using (var scope = provider.CreateScope())
        {
            Use(scope.ServiceProvider, byInterface ? typeof(IOrders) : typeof(DisposalTests.DisposableItself));
            Assert.IsEmpty(log);
        }

        Assert.AreEqual("Dispose outside", string.Join(',', log));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Asynchronously_disposable_is_disposed_once_with_its_scope(bool byInterface)
    {
        var log = new DisposalTests.Log();
        await using var provider = Build(
            log, typeof(DisposalTests.AsyncDisposable), typeof(DisposalTests.AsyncDisposableItself), byInterface);
        await using (var scope = provider.CreateAsyncScope())
            Use(scope.ServiceProvider, byInterface ? typeof(IOrders) : typeof(DisposalTests.AsyncDisposableItself));

        Assert.AreEqual("DisposeAsync outside", string.Join(',', log));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task What_can_be_disposed_both_ways_is_disposed_the_way_its_scope_is(bool asynchronously)
    {
        var log = new DisposalTests.Log();
        var provider = Providers.Build(services => services.AddSingleton(log).AddSingleton<IOrders, DisposalTests.Both>());
        Use(provider, typeof(IOrders));

        if (asynchronously)
            await provider.DisposeAsync();
        else
            provider.Dispose();

        Assert.AreEqual(asynchronously ? "DisposeAsync outside" : "Dispose outside", string.Join(',', log));
    }

    [TestMethod]
    public void Instance_is_its_owners_to_dispose()
    {
        var log = new DisposalTests.Log();
        using (var provider = Providers.Build(services => services.AddSingleton<IOrders>(new DisposalTests.Disposable(log))))
            Use(provider, typeof(IOrders));

        Assert.IsEmpty(log);
    }

    [TestMethod]
    public void What_a_lambda_made_is_disposed_once_with_its_scope()
    {
        var log = new DisposalTests.Log();
        using (var provider = Providers.Build(services => services.AddSingleton<IOrders>(_ => new DisposalTests.Disposable(log))))
            Use(provider, typeof(IOrders));

        Assert.AreEqual("Dispose outside", string.Join(',', log));
    }

    private static ServiceProvider Build(DisposalTests.Log log, Type target, Type itself, bool byInterface)
        => Providers.Build(services => services.AddSingleton(log).Add(byInterface
            ? ServiceDescriptor.Scoped(typeof(IOrders), target)
            : ServiceDescriptor.Scoped(itself, itself)));

    private static void Use(IServiceProvider provider, Type service)
        => Assert.IsNotNull(((IOrders)provider.GetRequiredService(service)).Unit());
}
