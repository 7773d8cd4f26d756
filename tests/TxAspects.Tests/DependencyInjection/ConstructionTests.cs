using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.Tests;

/// <summary>A proxied service is constructed as Microsoft's container constructs one.</summary>
[TestClass]
public sealed class ConstructionTests
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Longest_constructor_that_can_be_filled_is_taken(bool proxied)
    {
        using var provider = Build(proxied, services => services.AddSingleton("text").AddKeyedSingleton("keyed", "other"));

        Assert.AreEqual("text other 7", provider.GetRequiredService<IPartsKnown>().Known());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Constructor_whose_parameters_are_not_all_known_is_passed_over(bool proxied)
    {
        using var provider = Build(proxied, services => services.AddSingleton("text"));

        Assert.AreEqual("text", provider.GetRequiredService<IPartsKnown>().Known());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Where_none_can_be_filled_it_is_an_error_that_names_the_type(bool proxied)
    {
        using var provider = Build(proxied, _ => { });

        var refused = Assert.ThrowsExactly<InvalidOperationException>(() => provider.GetRequiredService<IPartsKnown>());
        StringAssert.StartsWith(refused.Message, "No constructor for type 'TxAspects.Tests.ConstructionTests+");
    }

    [TestMethod]
    public void Key_is_handed_on_where_a_parameter_asks_for_it()
    {
        using var provider = Providers.Build(services => services
            .AddKeyedSingleton<IOrders, HandsOn>("key").AddKeyedSingleton("key", "of the key").AddSingleton("without key"));

        Assert.AreEqual("of the key, without key",
            $"{((Castle.DynamicProxy.IProxyTargetAccessor)provider.GetRequiredKeyedService<IOrders>("key")).DynProxyGetTarget()}");
    }

    [TestMethod]
    public void Missing_service_is_an_error_that_names_both_types()
    {
        using var provider = new ServiceCollection().AddSingleton<IOrders, Needs>().AddTxAspects().BuildServiceProvider();

        var refused = Assert.ThrowsExactly<InvalidOperationException>(() => provider.GetRequiredService<IOrders>());
        Assert.AreEqual(
            "Unable to resolve service for type 'System.String' while attempting to activate 'TxAspects.Tests.ConstructionTests+Needs'.",
            refused.Message);
    }

    [TestMethod]
    public void Circle_is_an_error_and_not_the_end_of_the_process()
    {
        using var provider = Providers.Build(services => services
            .AddTransient<IOrders, Circular>().AddTransient<CircularItself>());

        var refused = Assert.ThrowsExactly<InvalidOperationException>(() => provider.GetRequiredService<IOrders>());
        Assert.AreEqual("A circular dependency was detected for the service of type 'TxAspects.Tests.ConstructionTests+Circular'.",
            refused.Message);
        Assert.ThrowsExactly<InvalidOperationException>(() => provider.GetRequiredService<CircularItself>());
    }

    [TestMethod]
    public void Constructor_that_throws_throws_its_own_exception()
    {
        using var provider = Providers.Build(services => services.AddTransient<IOrders, Throwing>());

        Assert.ThrowsExactly<OutOfStockException>(() => provider.GetRequiredService<IOrders>());
        Assert.ThrowsExactly<OutOfStockException>(() => provider.GetRequiredService<IOrders>());
    }

    [TestMethod]
    public void Constructor_that_cannot_be_filled_is_found_when_the_provider_is_built()
    {
        var refused = Assert.ThrowsExactly<AggregateException>(() => Providers.Build(services => services.AddSingleton<IOrders, Needs>()));

        StringAssert.Contains(refused.Message, "Unable to resolve service for type 'System.String'");
    }

    [TestMethod]
    public void Singleton_that_needs_a_scoped_service_is_found_when_the_provider_is_built()
    {
        var refused = Assert.ThrowsExactly<AggregateException>(
            () => Providers.Build(services => services.AddScoped(_ => "scoped").AddSingleton<IOrders, Needs>()));

        StringAssert.Contains(refused.Message, "Cannot consume scoped service 'System.String' from singleton");
    }

    private static ServiceProvider Build(bool proxied, Action<IServiceCollection> register)
    {
        var services = new ServiceCollection();
        register(services);
        if (proxied)
            services.AddSingleton<PartsItself>().AddSingleton<IPartsKnown>(provider => provider.GetRequiredService<PartsItself>());
        else
            services.AddSingleton<IPartsKnown, PlainParts>();
        return services.AddTxAspects().BuildServiceProvider();
    }

    public interface IPartsKnown
    {
        string Known();
    }

    public class PlainParts : IPartsKnown
    {
        private readonly string _known;

        public PlainParts(string text) => _known = text;

        public PlainParts(string text, [FromKeyedServices("keyed")] string other, int number = 7) => _known = $"{text} {other} {number}";

        public virtual string Known() => _known;
    }

    [UnitOfWork]
    public class PartsItself : PlainParts
    {
        public PartsItself(string text)
            : base(text)
        {
        }

        public PartsItself(string text, [FromKeyedServices("keyed")] string other, int number = 7)
            : base(text, other, number)
        {
        }
    }

    [UnitOfWork]
    public sealed class Needs(string text) : IOrders
    {
        public ITxUnit? Unit() => text.Length > 0 ? Tx.Current : null;
    }

    [UnitOfWork]
    public sealed class HandsOn([FromKeyedServices] string inherited, [FromKeyedServices(null)] string without) : IOrders
    {
        public ITxUnit? Unit() => Tx.Current;

        public override string ToString() => $"{inherited}, {without}";
    }

    [UnitOfWork]
    public sealed class Circular(IOrders orders) : IOrders
    {
        public ITxUnit? Unit() => orders.Unit();
    }

    [UnitOfWork]
    public class CircularItself(CircularItself other)
    {
        public virtual object Other() => other;
    }

    [UnitOfWork]
    public sealed class Throwing : IOrders
    {
        public Throwing() => throw new OutOfStockException();

        public ITxUnit? Unit() => null;
    }
}
