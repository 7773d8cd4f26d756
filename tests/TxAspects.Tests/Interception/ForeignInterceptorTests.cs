using Castle.DynamicProxy;

namespace TxAspects.Tests;

/// <summary>The interceptor in proxies that somebody else made, alone and among interceptors of others.</summary>
[TestClass]
public sealed class ForeignInterceptorTests : DatabaseTests
{
    private static readonly ProxyGenerator Generator = new();

    public static IEnumerable<object[]> Proxies =>
    [
        [Named("with target", (interceptors) => Generator.CreateInterfaceProxyWithTarget<IKinds>(new ProxiedKinds(), interceptors))],
        [Named("with target interface",
            (interceptors) => Generator.CreateInterfaceProxyWithTargetInterface<IKinds>(new ProxiedKinds(), interceptors))],
        [Named("of a class", (interceptors) => Generator.CreateClassProxy<SubclassedKinds>(interceptors))],
        [Named("of a class with target", (interceptors) => Generator.CreateClassProxyWithTarget(new SubclassedKinds(), interceptors))],
    ];

    [TestMethod]
    [DynamicData(nameof(Proxies))]
    public async Task Proxy_made_by_hand_runs_every_kind_in_a_unit(ProxyOfKinds make)
    {
        var kinds = make.With(new UnitOfWorkInterceptor());

        foreach (var kind in Kinds.Synchronous)
            kinds.Call(kind, () => Insert($"{kind}"));
        foreach (var kind in Kinds.Asynchronous)
            await kinds.CallAsync(kind, () => InsertAsync($"{kind}"));

        Assert.AreEqual("Stream,Task,TaskOf,Value,ValueTask,ValueTaskOf,Void", await Master.ItemsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Proxies))]
    public async Task Proxy_made_by_hand_rolls_every_kind_back(ProxyOfKinds make)
    {
        var kinds = make.With(new UnitOfWorkInterceptor());

        foreach (var kind in Kinds.Synchronous)
            Assert.ThrowsExactly<InvalidOperationException>(() => kinds.Call(kind, () => Fail(kind)));
        foreach (var kind in Kinds.Asynchronous)
            await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => kinds.CallAsync(kind, () => Fail(kind)));

        Assert.AreEqual("", await Master.ItemsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Proxies))]
    public async Task Interceptor_before_it_runs_outside_the_unit_and_one_after_it_inside(ProxyOfKinds make)
    {
        var before = new Observer();
        var after = new Observer();
        var kinds = make.With(before, new UnitOfWorkInterceptor(), after);

        foreach (var kind in Kinds.Synchronous)
            kinds.Call(kind, () => { });
        foreach (var kind in Kinds.Asynchronous)
            await kinds.CallAsync(kind, () => Task.CompletedTask);

        CollectionAssert.AreEqual(Enumerable.Repeat(false, 14).ToList(), before.Open);
        CollectionAssert.AreEqual(Enumerable.Repeat(true, 14).ToList(), after.Open);
    }

    [TestMethod]
    [DynamicData(nameof(Proxies))]
    public async Task Twice_in_one_proxy_the_inner_one_joins(ProxyOfKinds make)
    {
        var kinds = make.With(new UnitOfWorkInterceptor(), new UnitOfWorkInterceptor());

        foreach (var kind in Kinds.Asynchronous)
            await kinds.CallAsync(kind, () => InsertAsync($"{kind}"));

        Assert.AreEqual("Stream,Task,TaskOf,ValueTask,ValueTaskOf", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Method_that_starts_late_leaves_the_result_alone_that_its_caller_is_about_to_get()
    {
        var inner = new TaskCompletionSource();
        using var started = new ManualResetEventSlim();
        var late = Generator.CreateInterfaceProxyWithTarget<ILate>(
            new Late(), new HoldBack(started, TestContext.CancellationToken), new UnitOfWorkInterceptor(), new Signal(started));

        await Tx.RunAsync(async () =>
        {
            // A pending change is saved before the savepoint is made, so the method starts when the answer is there.
            (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = "outer" });
            var returned = late.NestedAsync(() => inner.Task);
            inner.SetResult();
            await returned;

            // The body's own task would end before the savepoint is released.
            Assert.AreNotSame(inner.Task, returned);
        });
    }

    [TestMethod]
    public async Task Method_without_an_attribute_is_passed_on_without_a_unit()
    {
        var kinds = Generator.CreateInterfaceProxyWithTarget<IKinds>(new PlainKinds(), new UnitOfWorkInterceptor());

        kinds.Void(() => Assert.IsFalse(Tx.IsOpen));
        await kinds.TaskAsync(() =>
        {
            Assert.IsFalse(Tx.IsOpen);
            return Task.CompletedTask;
        });
    }

    [TestMethod]
    public void Attributed_method_that_cannot_be_a_unit_is_refused_when_it_is_called()
    {
        var lazy = Generator.CreateInterfaceProxyWithTarget<ILazyNumbers>(new LazyNumbers(), new UnitOfWorkInterceptor());

        var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(lazy.Numbers);

        Assert.AreEqual(
            "'LazyNumbers.Numbers' is marked [UnitOfWork] but returns the lazy 'IQueryable<Int32>', which would run after the unit's " +
            "end. Return a list, or IAsyncEnumerable<T>.", refused.Findings.Single());
    }

    private static ProxyOfKinds Named(string name, Func<IInterceptor[], IKinds> make) => new(name, make);

    private Task Fail(Kind kind)
    {
        Insert($"{kind}");
        throw new InvalidOperationException();
    }

    public sealed record ProxyOfKinds(string Name, Func<IInterceptor[], IKinds> Make)
    {
        public IKinds With(params IInterceptor[] interceptors) => Make(interceptors);

        public override string ToString() => Name;
    }

    public interface ILate
    {
        Task NestedAsync(Func<Task> body);
    }

    public sealed class Late : ILate
    {
        [UnitOfWork(Propagation = Propagation.Nested)]
        public Task NestedAsync(Func<Task> body) => body();
    }

    public interface ILazyNumbers
    {
        IQueryable<int> Numbers();
    }

    public sealed class LazyNumbers : ILazyNumbers
    {
        [UnitOfWork]
        public IQueryable<int> Numbers() => new[] { 1 }.AsQueryable();
    }

    /// <summary>Notes whether a unit is open before and after it passed a call on.</summary>
    private sealed class Observer : IInterceptor
    {
        public List<bool> Open { get; } = [];

        public void Intercept(IInvocation invocation)
        {
            Open.Add(Tx.IsOpen);
            invocation.Proceed();
            Open.Add(Tx.IsOpen);
        }
    }

    /// <summary>Tells that the method was called and has returned its task.</summary>
    private sealed class Signal(ManualResetEventSlim started) : IInterceptor
    {
        public void Intercept(IInvocation invocation)
        {
            invocation.Proceed();
            started.Set();
        }
    }

    /// <summary>Gives the result to the caller when that has happened.</summary>
    private sealed class HoldBack(ManualResetEventSlim started, CancellationToken cancellationToken) : IInterceptor
    {
        public void Intercept(IInvocation invocation)
        {
            invocation.Proceed();
            started.Wait(cancellationToken);
        }
    }
}
