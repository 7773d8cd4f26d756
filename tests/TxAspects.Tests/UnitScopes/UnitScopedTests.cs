using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.Tests;

/// <summary>Services that are resolved inside their unit in Microsoft's container.</summary>
[TestClass]
public sealed class UnitScopedTests : UnitScopedSpecification
{
    private ServiceProvider? _provider;
    private AsyncServiceScope? _scope;

    private ServiceProvider Provider => _provider ??= Build();

    [TestCleanup]
    public async Task DisposeProviderAsync()
    {
        if (_scope is { } scope)
            await scope.DisposeAsync();
        if (_provider is not null)
            await _provider.DisposeAsync();
    }

    [TestMethod]
    public async Task Keyed_services_have_a_target_each_which_knows_its_key()
    {
        await using var provider = Build(services => services
            .AddKeyedUnitScoped<IKeyed, Keyed>("first").AddKeyedUnitScoped<IKeyed, Keyed>("second"));

        Assert.AreEqual("first True", provider.GetRequiredKeyedService<IKeyed>("first").Key());
        Assert.AreEqual("second True", provider.GetRequiredKeyedService<IKeyed>("second").Key());
    }

    [TestMethod]
    public async Task Lambda_makes_the_target_from_the_services_of_the_unit()
    {
        await using var provider = Build(services => services
            .AddUnitScoped<IKeyed, Keyed>(one => new Keyed($"{one.GetRequiredService<ShopContext>().Database.CurrentTransaction}")));

        Assert.AreEqual(" True", provider.GetRequiredService<IKeyed>().Key());
    }

    protected override TService Resolve<TService>() => Provider.GetRequiredService<TService>();

    protected override TService ResolveInScope<TService>()
        => (_scope ??= Provider.CreateAsyncScope()).ServiceProvider.GetRequiredService<TService>();

    private ServiceProvider Build(Action<IServiceCollection>? register = null)
    {
        var number = 0;
        return Providers.Build(services =>
        {
            services
                .AddTransient(_ => Tx.Session(Connect))
                .AddScoped(_ => new Numbered(Log, ++number))
                .AddUnitScoped<ISales, Sales>()
                .AddUnitScoped<IJournal, Journal>()
                .AddUnitScoped<IStock, Stock>()
                .AddSingleton<Holder>();
            register?.Invoke(services);
        });
    }

    /// <summary>Its key is that of Microsoft's container.</summary>
    [UnitOfWork]
    public sealed class Keyed([ServiceKey] string key) : IKeyed
    {
        public string Key() => $"{key} {Tx.IsOpen}";
    }
}
