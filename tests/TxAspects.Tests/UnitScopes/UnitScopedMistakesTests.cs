using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.Tests;

/// <summary>What cannot be resolved inside its unit is refused where it is registered.</summary>
[TestClass]
public sealed class UnitScopedMistakesTests
{
    [TestMethod]
    public void Class_by_itself_is_refused()
        => AssertRefused(
            "'OrdersItself' is to be resolved inside its unit of work, but is registered as the class 'OrdersItself', whose objects the " +
            "container gives out before. Register it by an interface.",
            services => services.AddUnitScoped<OrdersItself, OrdersItself>());

    [TestMethod]
    public void Method_that_hides_the_unit_is_refused()
        => AssertRefused(
            "'Hiding.Run' is to be resolved inside its unit of work, but has Propagation.NotSupported, so that it never runs inside one. " +
            "Remove it, or register the type as usual.",
            services => services.AddUnitScoped<IHiding, Hiding>());

    [TestMethod]
    public void Member_that_a_proxy_cannot_pass_on_is_refused()
        => AssertRefused(
            "'Spanning.Sum' is to be resolved inside its unit of work, but has a by-ref struct, a pointer or a returned reference, which a " +
            "proxy cannot pass on. Take it out of the interface.",
            services => services.AddUnitScoped<ISpanning, Spanning>());

    [TestMethod]
    public void Ordinary_mistakes_are_found_as_well()
        => AssertRefused(
            "'Both.Run' carries both [UnitOfWork] and [NewContext]. Keep one: [UnitOfWork(Propagation = Propagation.RequiresNew)] takes " +
            "settings as well.",
            services => services.AddUnitScoped<IBoth, Both>());

    private static void AssertRefused(string text, Action<IServiceCollection> register)
    {
        var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(() => Providers.Build(register));
        Assert.AreEqual(text, string.Join(Environment.NewLine, refused.Findings));
    }

    public interface IHiding
    {
        void Run();
    }

    public interface ISpanning
    {
        int Sum(ReadOnlySpan<int> numbers);
    }

    public interface IBoth
    {
        void Run();
    }

    public sealed class Hiding : IHiding
    {
        [UnitOfWork(Propagation = Propagation.NotSupported)]
        public void Run()
        {
        }
    }

    public sealed class Spanning : ISpanning
    {
        public int Sum(ReadOnlySpan<int> numbers) => numbers.Length;
    }

    public sealed class Both : IBoth
    {
        [UnitOfWork]
        [NewContext]
        public void Run()
        {
        }
    }
}
