using Autofac;
using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.Tests;

/// <summary>What Castle DynamicProxy cannot do is said when the container is built, in either container.</summary>
[TestClass]
public sealed class CastleLimitsTests
{
    private const string OfSealedMember =
        "'ISealedMember.Help' is a sealed member of an interface, which Castle DynamicProxy tries to implement. " +
        "Remove the word sealed, make it an extension method, or register the component by an interface without it.";

    private const string OfStruct =
        "'StructJob' is marked [UnitOfWork] but is a struct, which Castle DynamicProxy cannot put behind a proxy. Make it a class.";

    private const string OfStaticMember =
        "'IStaticMember.get_Kind' is static abstract, which no proxy can implement. Register the component by an interface without it.";

    [TestMethod]
    [DataRow(typeof(ISealedMember), typeof(SealedMember), OfSealedMember)]
    [DataRow(typeof(IDerivedSealedMember), typeof(DerivedSealedMember), OfSealedMember)]
    [DataRow(typeof(IStaticMember), typeof(StaticMember), OfStaticMember)]
    [DataRow(typeof(IDerivedStaticMember), typeof(DerivedStaticMember), OfStaticMember)]
    public void Component_is_refused_with_the_remedy(Type service, Type type, string finding)
    {
        var byAutofac = Assert.ThrowsExactly<TxAspectsConfigurationException>(
            () => Containers.Build(builder => builder.RegisterType(type).As(service)));
        var byProvider = Assert.ThrowsExactly<TxAspectsConfigurationException>(
            () => Providers.Build(services => services.AddTransient(service, type)));

        Assert.AreEqual(finding, byAutofac.Findings.Single());
        Assert.AreEqual(finding, byProvider.Findings.Single());
    }

    [TestMethod]
    public void Struct_is_refused_with_the_remedy()
    {
        var byAutofac = Assert.ThrowsExactly<TxAspectsConfigurationException>(
            () => Containers.Build(builder => builder.Register(_ => new StructJob()).As<IJob>()));
        var byProvider = Assert.ThrowsExactly<TxAspectsConfigurationException>(
            () => Providers.Build(services => services.AddTransient(typeof(IJob), typeof(StructJob))));

        Assert.AreEqual(OfStruct, byAutofac.Findings.Single());
        Assert.AreEqual(OfStruct, byProvider.Findings.Single());
    }

    [TestMethod]
    public void Interface_that_cannot_be_proxied_beside_the_service_is_left_out()
    {
        using var container = Containers.Build(builder => builder.RegisterType<Beside>().As<IJob>());
        var job = container.Resolve<IJob>();

        Assert.IsTrue(job.Go());
        Assert.IsNotInstanceOfType<ISealedMember>(job);
    }

    [TestMethod]
    public void Unit_that_only_an_interface_left_out_leads_to_is_a_mistake()
    {
        var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(
            () => Containers.Build(builder => builder.RegisterType<MarkedBeside>().As<IJob>()));

        Assert.AreEqual(
            $"'MarkedBeside.Work' is marked [UnitOfWork] but no proxy can implement its interface. {OfSealedMember}",
            refused.Findings.Single());
    }

    public interface IJob { [UnitOfWork] bool Go(); }

    public readonly struct StructJob : IJob { public bool Go() => Tx.IsOpen; }

    public interface ISealedMember
    {
        [UnitOfWork]
        bool Work();

        sealed int Help() => 4;
    }

    public interface IDerivedSealedMember : ISealedMember;

    public sealed class SealedMember : ISealedMember { public bool Work() => Tx.IsOpen; }

    public sealed class DerivedSealedMember : IDerivedSealedMember { public bool Work() => Tx.IsOpen; }

    public interface IStaticMember
    {
        static abstract int Kind { get; }

        [UnitOfWork]
        bool Work();
    }

    public interface IDerivedStaticMember : IStaticMember;

    public sealed class StaticMember : IStaticMember
    {
        public static int Kind => 1;

        public bool Work() => Tx.IsOpen;
    }

    public sealed class DerivedStaticMember : IDerivedStaticMember
    {
        public static int Kind => 1;

        public bool Work() => Tx.IsOpen;
    }

    public sealed class Beside : IJob, ISealedMember
    {
        public bool Go() => Tx.IsOpen;

        public bool Work() => Tx.IsOpen;
    }


    public sealed class MarkedBeside : IJob, ISealedMember
    {
        public bool Go() => Tx.IsOpen;

        [UnitOfWork]
        public bool Work() => Tx.IsOpen;
    }
}
