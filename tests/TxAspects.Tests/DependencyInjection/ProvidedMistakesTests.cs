using Microsoft.Extensions.DependencyInjection;
using static TxAspects.Tests.Mistakes;

namespace TxAspects.Tests;

/// <summary>What cannot work in Microsoft's container is refused when the provider is built, with everything in one exception.</summary>
[TestClass]
public sealed class ProvidedMistakesTests
{
    private const string NotVirtualText = "is marked [UnitOfWork] but is not virtual, so no proxy can intercept it. Make it virtual, or " +
                                          "register the class by an interface.";
    private const string MadeElsewhere =
        "'Bare' is marked [UnitOfWork] and registered as itself, but a lambda or an instance gives the object, so no proxy can take its " +
        "place. Register it by type, or as an interface.";

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void All_mistakes_of_all_services_are_in_one_message(bool before)
    {
        var services = new ServiceCollection();
        if (before)
            services.AddTxAspects();
        services.AddSingleton<IRuns,
        FindingsTests.Good>().AddSingleton<NotVirtual>().AddKeyedSingleton<PartlyVirtual>("key").AddScoped<PartlyVirtual>();

        for (var attempt = 0; attempt < 2; attempt++)
        {
            var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(
                () => _ = before ? (object)services.BuildTxServiceProvider() : services.AddTxAspects());
            Assert.AreEqual(
                string.Join(Environment.NewLine,
                    "TxAspects found 2 mistakes in what is declared:",
                    $"- 'NotVirtual.Run' {NotVirtualText}",
                    $"- 'PartlyVirtual.Walk' {NotVirtualText}"),
                refused.Message);
        }
    }

    [TestMethod]
    public void Class_of_which_somebody_else_makes_the_objects_is_refused()
    {
        AssertRefused(MadeElsewhere, services => services.AddSingleton(new Bare()));
        AssertRefused(MadeElsewhere, services => services.AddSingleton(_ => new Bare()));
        AssertRefused(MadeElsewhere, services => services.AddSingleton<object, Bare>(_ => new Bare()));
        AssertRefused(MadeElsewhere, services => services.AddKeyedSingleton("key", (_, _) => new Bare()));
    }

    [TestMethod]
    public void Class_that_a_lambda_hid_is_refused_when_it_is_made()
    {
        using var provider = Providers.Build(services => services.AddSingleton<object>(_ => new Bare()));

        var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(() => provider.GetRequiredService<object>());
        Assert.AreEqual(MadeElsewhere, string.Join(',', refused.Findings));
    }

    [TestMethod]
    public void Open_generic_is_refused()
    {
        const string text = "'Repository' is marked [UnitOfWork] and registered as an open generic, of which Microsoft's container makes " +
                            "every object itself, so no proxy can take its place. Register the closed types that are used, such as " +
                            "'Repository<Order>', or use Autofac.";

        AssertRefused(text, services => services.AddScoped(typeof(IRepository<>), typeof(Repository<>)));
        AssertRefused(text, services => services.AddKeyedScoped(typeof(IRepository<>), "key", typeof(Repository<>)));
    }

    [TestMethod]
    public void Class_without_a_public_constructor_is_refused()
        => AssertRefused(
            "'Closed' has no public constructor, so the container cannot make it. Give it one, or register a lambda.",
            services => services.AddScoped<IOrders, Closed>());

    private static void AssertRefused(string text, Action<IServiceCollection> register)
    {
        var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(() => Providers.Build(register));
        Assert.AreEqual(text, string.Join(Environment.NewLine, refused.Findings));
    }

    [UnitOfWork]
    public sealed class Closed : IOrders
    {
        private Closed()
        {
        }

        public ITxUnit? Unit() => null;
    }
}
