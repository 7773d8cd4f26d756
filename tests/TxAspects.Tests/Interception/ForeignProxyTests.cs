using Autofac;
using Autofac.Core;
using Autofac.Core.Registration;
using Autofac.Core.Resolving.Pipeline;
using Castle.DynamicProxy;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Interception;

namespace TxAspects.Tests;

/// <summary>Proxies that another library makes with Castle, around ours or inside it, in either container: both work, once each.</summary>
[TestClass]
public sealed class ForeignProxyTests
{
    private static readonly ProxyGenerator Generator = new();

    /// <summary>
    /// How another library may put its interceptor around a component, whose attributes stand on the interface or on the class alone.
    /// </summary>
    public static IEnumerable<object[]> Inside =>
    [
        ["interface proxy", (Func<Counting, IJob>)(by => Generator.CreateInterfaceProxyWithTarget<IJob>(new Job(), by))],
        ["target interface", (Func<Counting, IJob>)(by => Generator.CreateInterfaceProxyWithTargetInterface<IJob>(new Job(), by))],
        ["class proxy", (Func<Counting, IJob>)(by => Generator.CreateClassProxy<Job>(by))],
        ["class proxy with target", (Func<Counting, IJob>)(by => Generator.CreateClassProxyWithTarget(new Job(), by))],
        ["two of them", (Func<Counting, IJob>)(by => Generator.CreateInterfaceProxyWithTargetInterface<IJob>(
            Generator.CreateInterfaceProxyWithTarget<IJob>(new Job(), new Passing()), by))],
    ];

    [TestMethod]
    [DynamicData(nameof(Inside))]
    public void Foreign_proxy_inside_ours_runs_in_the_unit(string _, Func<Counting, IJob> make)
    {
        var counting = new Counting();
        using var container = Containers.Build(builder => builder.Register(_ => make(counting)).As<IJob>());
        using var provider = Providers.Build(
            services => services.AddTransient(_ => make(counting)).AddKeyedSingleton("one", make(counting)));

        foreach (var job in new[]
                 {
                     container.Resolve<IJob>(), provider.GetRequiredService<IJob>(), provider.GetRequiredKeyedService<IJob>("one"),
                 })
        {
            counting.Calls.Clear();
            Assert.IsTrue(job.Marked());
            Assert.IsFalse(job.Plain());
            CollectionAssert.AreEqual(new[] { "Marked True", "Plain False" }, counting.Calls);
        }
    }

    [TestMethod]
    public void Foreign_proxies_of_one_type_may_hold_components_of_several()
    {
        using var provider = Providers.Build(services => services
            .AddKeyedTransient("marked", (_, _) => Generator.CreateInterfaceProxyWithTargetInterface<IJob>(new Job(), new Passing()))
            .AddKeyedTransient("plain", (_, _) => Generator.CreateInterfaceProxyWithTargetInterface<IJob>(new PlainJob(), new Passing())));

        Assert.IsTrue(provider.GetRequiredKeyedService<IJob>("marked").Marked());
        Assert.IsFalse(provider.GetRequiredKeyedService<IJob>("plain").Marked());
        Assert.IsTrue(provider.GetRequiredKeyedService<IJob>("marked").Marked());
    }

    [TestMethod]
    public void Foreign_proxy_around_ours_runs_outside_the_unit_and_ours_is_not_made_twice()
    {
        var counting = new Counting();
        var ours = new UnitOfWorkProxies();
        IJob Make() => Generator.CreateInterfaceProxyWithTarget((IJob)ours.Wrap(new Job()), counting);
        using var container = Containers.Build(builder => builder.Register(_ => Make()).As<IJob>());
        using var provider = Providers.Build(services => services.AddTransient(_ => Make()));

        foreach (var job in new[] { container.Resolve<IJob>(), provider.GetRequiredService<IJob>() })
        {
            counting.Calls.Clear();
            Assert.IsTrue(UnitOfWorkProxies.IsProxy(job));
            Assert.IsTrue(job.Marked());
            CollectionAssert.AreEqual(new[] { "Marked False" }, counting.Calls);
        }
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Foreign_module_that_wraps_what_is_activated_works_before_ours_and_after(bool first)
    {
        var counting = new Counting();
        var builder = new ContainerBuilder();
        if (first)
            builder.RegisterModule(new ForeignModule(counting));
        builder.RegisterModule(new TxAspectsModule());
        if (!first)
            builder.RegisterModule(new ForeignModule(counting));
        builder.RegisterType<Job>().As<IJob>();
        using var container = builder.Build();

        Assert.IsTrue(container.Resolve<IJob>().Marked());
        Assert.HasCount(1, counting.Calls);
    }

    [TestMethod]
    public void Class_that_another_library_derived_from_is_ours_where_it_was_given_our_interceptor()
    {
        var builder = new ContainerBuilder();
        builder.RegisterModule(new TxAspectsModule());
        Register(builder, new Counting(), new UnitOfWorkInterceptor());
        using var container = builder.Build();

        Assert.IsTrue(container.Resolve<Job>().Marked());
    }

    [TestMethod]
    public void Class_that_another_library_derived_from_is_refused_without_our_interceptor()
    {
        var builder = new ContainerBuilder();
        builder.RegisterModule(new TxAspectsModule());
        Register(builder, new Counting());
        using var container = builder.Build();

        var refused = Assert.Throws<Exception>(() => container.Resolve<Job>());
        StringAssert.Contains(
            $"{refused}", "'Job' is marked [UnitOfWork] and registered as itself, but another library made a derived class of it, " +
                          "so no proxy can take its place. Give a UnitOfWorkInterceptor to that library too, or register it by an " +
                          "interface.");
    }

    [TestMethod]
    public void Lambda_that_returns_what_cannot_be_proxied_is_refused_when_it_is_seen()
    {
        using var container = Containers.Build(builder => builder.Register<IJob>(_ => new MistakenJob()));

        var refused = Assert.Throws<Exception>(() => container.Resolve<IJob>());
        StringAssert.Contains($"{refused}", "'MistakenJob.Help' is marked [UnitOfWork] but is in no interface");
    }

    private static void Register(ContainerBuilder builder, params IInterceptor[] interceptors)
        => builder.RegisterType(Generator.ProxyBuilder.CreateClassProxyType(typeof(Job), null, ProxyGenerationOptions.Default))
            .As<Job>()
            .WithParameter(TypedParameter.From(interceptors));

    public interface IJob
    {
        bool Marked();

        bool Plain();
    }

    public class Job : IJob
    {
        [UnitOfWork]
        public virtual bool Marked() => Tx.IsOpen;

        public virtual bool Plain() => Tx.IsOpen;
    }

    public sealed class PlainJob : IJob
    {
        public bool Marked() => Tx.IsOpen;

        public bool Plain() => Tx.IsOpen;
    }

    public sealed class MistakenJob : IJob
    {
        [UnitOfWork]
        public bool Marked() => Help();

        public bool Plain() => Tx.IsOpen;

        [UnitOfWork]
        public bool Help() => Tx.IsOpen;
    }

    /// <summary>Notes what it was called for, and whether a unit was open.</summary>
    public sealed class Counting : IInterceptor
    {
        public List<string> Calls { get; } = [];

        public void Intercept(IInvocation invocation)
        {
            Calls.Add($"{invocation.Method.Name} {Tx.IsOpen}");
            invocation.Proceed();
        }
    }

    private sealed class Passing : IInterceptor
    {
        public void Intercept(IInvocation invocation) => invocation.Proceed();
    }

    private sealed class ForeignModule(Counting counting) : Module
    {
        protected override void AttachToComponentRegistration(
            IComponentRegistryBuilder componentRegistry, IComponentRegistration registration)
            => registration.PipelineBuilding += (_, pipeline) => pipeline.Use(
                "foreign", PipelinePhase.Activation, MiddlewareInsertionMode.StartOfPhase, (context, next) =>
                {
                    next(context);
                    if (context.Instance is IJob job)
                        context.Instance = Generator.CreateInterfaceProxyWithTarget(job, counting);
                });
    }
}
