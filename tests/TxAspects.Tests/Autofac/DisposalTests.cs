using Autofac;

namespace TxAspects.Tests;

/// <summary>The target is disposed once, by the scope it was made in.</summary>
[TestClass]
public sealed class DisposalTests
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Disposable_is_disposed_once_with_its_scope(bool byInterface)
    {
        var log = new Log();
        using var container = Build(log, byInterface ? typeof(Disposable) : typeof(DisposableItself), byInterface);
        using (var scope = container.BeginLifetimeScope())
        {
            Assert.IsNotNull(scope.Resolve<IOrders>().Unit());
            Assert.IsEmpty(log);
        }

        Assert.AreEqual("Dispose outside", string.Join(',', log));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Asynchronously_disposable_is_disposed_once_with_its_scope(bool byInterface)
    {
        var log = new Log();
        await using var container = Build(log, byInterface ? typeof(AsyncDisposable) : typeof(AsyncDisposableItself), byInterface);
        await using (var scope = container.BeginLifetimeScope())
            Assert.IsNotNull(scope.Resolve<IOrders>().Unit());

        Assert.AreEqual("DisposeAsync outside", string.Join(',', log));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task What_can_be_disposed_both_ways_is_disposed_the_way_its_scope_is(bool asynchronously)
    {
        var log = new Log();
        var container = Build(log, typeof(Both), byInterface: true);
        Assert.IsNotNull(container.Resolve<IOrders>().Unit());

        if (asynchronously)
            await container.DisposeAsync();
        else
            container.Dispose();

        Assert.AreEqual(asynchronously ? "DisposeAsync outside" : "Dispose outside", string.Join(',', log));
    }

    [TestMethod]
    public void Externally_owned_is_not_disposed()
    {
        var log = new Log();
        using (var container = Containers.Build(builder => builder.RegisterInstance(new Disposable(log)).As<IOrders>().ExternallyOwned()))
            Assert.IsNotNull(container.Resolve<IOrders>().Unit());

        Assert.IsEmpty(log);
    }

    [TestMethod]
    public void Instance_is_disposed_once_with_the_container()
    {
        var log = new Log();
        using (var container = Containers.Build(builder => builder.RegisterInstance(new Disposable(log)).As<IOrders>()))
            Assert.IsNotNull(container.Resolve<IOrders>().Unit());

        Assert.AreEqual("Dispose outside", string.Join(',', log));
    }

    [TestMethod]
    public void What_a_lambda_made_is_disposed_once_with_its_scope()
    {
        var log = new Log();
        using (var container = Containers.Build(builder => builder.Register<IOrders>(_ => new Disposable(log))))
            Assert.IsNotNull(container.Resolve<IOrders>().Unit());

        Assert.AreEqual("Dispose outside", string.Join(',', log));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Release_action_gets_the_object_in_place_of_disposal(bool byInterface)
    {
        var log = new Log();
        IOrders? released = null;
        using (var container = Containers.Build(builder =>
        {
            builder.RegisterInstance(log).ExternallyOwned();
            if (byInterface)
                builder.RegisterType<Disposable>().As<IOrders>().OnRelease(one => released = one);
            else
                builder.RegisterType<DisposableItself>().EnableUnitOfWork().AsSelf().As<IOrders>().OnRelease(one => released = one);
        }))
            Assert.IsNotNull(container.Resolve<IOrders>().Unit());

        Assert.IsNotNull(released);
        Assert.IsEmpty(log);
    }

    private static IContainer Build(Log log, Type type, bool byInterface) => Containers.Build(builder =>
    {
        builder.RegisterInstance(log).ExternallyOwned();
        var registration = builder.RegisterType(type).As<IOrders>().InstancePerLifetimeScope();
        if (!byInterface)
            registration.AsSelf().EnableUnitOfWork();
    });

    public sealed class Log : List<string>;

    [UnitOfWork]
    public sealed class Disposable(Log log) : IOrders, IDisposable
    {
        public ITxUnit? Unit() => Tx.Current;

        public void Dispose() => log.Add($"Dispose {(Tx.IsOpen ? "inside" : "outside")}");
    }

    [UnitOfWork]
    public sealed class AsyncDisposable(Log log) : IOrders, IAsyncDisposable
    {
        public ITxUnit? Unit() => Tx.Current;

        public ValueTask DisposeAsync()
        {
            log.Add($"DisposeAsync {(Tx.IsOpen ? "inside" : "outside")}");
            return default;
        }
    }

    [UnitOfWork]
    public sealed class Both(Log log) : IOrders, IDisposable, IAsyncDisposable
    {
        public ITxUnit? Unit() => Tx.Current;

        void IDisposable.Dispose() => log.Add($"Dispose {(Tx.IsOpen ? "inside" : "outside")}");

        ValueTask IAsyncDisposable.DisposeAsync()
        {
            log.Add($"DisposeAsync {(Tx.IsOpen ? "inside" : "outside")}");
            return default;
        }
    }

    [UnitOfWork]
    public class DisposableItself(Log log) : IOrders, IDisposable
    {
        public virtual ITxUnit? Unit() => Tx.Current;

        public void Dispose()
        {
            log.Add($"Dispose {(Tx.IsOpen ? "inside" : "outside")}");
            GC.SuppressFinalize(this);
        }
    }

    [UnitOfWork]
    public class AsyncDisposableItself(Log log) : IOrders, IAsyncDisposable
    {
        public virtual ITxUnit? Unit() => Tx.Current;

        public ValueTask DisposeAsync()
        {
            log.Add($"DisposeAsync {(Tx.IsOpen ? "inside" : "outside")}");
            GC.SuppressFinalize(this);
            return default;
        }
    }
}
