using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TxAspects.Tests;

/// <summary>AddTxAspects in a generic host.</summary>
[TestClass]
public sealed class GenericHostTests
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Host_proxies_services_in_any_order(bool before)
    {
        var builder = CreateBuilder();
        if (before)
            builder.AddTxAspects();
        builder.Services.AddSingleton<IOrders, Orders>().AddHostedService<Worker>();
        if (!before)
            builder.AddTxAspects();
        using var host = builder.Build();

        await host.StartAsync();

        Assert.IsTrue(host.Services.GetServices<IHostedService>().OfType<Worker>().Single().RanInUnit);
        await host.StopAsync();
    }

    [TestMethod]
    public async Task Host_of_the_older_kind_does_too()
    {
        using var host = Host.CreateDefaultBuilder()
            .UseTxAspects()
            .ConfigureServices(services => services.AddSingleton<IOrders, Orders>())
            .Build();

        await host.StartAsync();

        Assert.IsNotNull(host.Services.GetRequiredService<IOrders>().Unit());
        await host.StopAsync();
    }

    [TestMethod]
    public void Mistakes_and_bad_options_are_in_one_exception_when_the_host_is_built()
    {
        var builder = CreateBuilder(("TxAspects:RetryDelay", "-1"), ("TxAspects:RetyDelay", "1"));
        builder.AddTxAspects(builder.Configuration.GetSection("TxAspects"));
        builder.Services.AddSingleton<Mistakes.NotVirtual>();

        var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(() => builder.Build());

        Assert.HasCount(3, refused.Findings);
    }

    [TestMethod]
    public async Task Messages_go_to_the_logger_of_the_host()
    {
        var recorder = new LogRecorder();
        var builder = CreateBuilder();
        builder.AddTxAspects();
        builder.Services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(recorder));
        using var host = builder.Build();

        await host.StartAsync();

        Assert.AreSame(recorder, host.Services.GetRequiredService<TxAspectsOptions>().LoggerFactory);
        await host.StopAsync();
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Without_a_host_the_first_proxied_object_brings_the_logger(bool byInterface)
    {
        var recorder = new LogRecorder();
        using var provider = Providers.Build(services => services
            .AddSingleton<ILoggerFactory>(_ => recorder).AddSingleton<IOrders, Orders>().AddSingleton<OrdersItself>());
        var options = provider.GetRequiredService<TxAspectsOptions>();
        Assert.IsNull(options.LoggerFactory);

        Assert.IsNotNull(byInterface ? provider.GetRequiredService<IOrders>() : provider.GetRequiredService<OrdersItself>());

        Assert.AreSame(recorder, options.LoggerFactory);
    }

    [TestMethod]
    public void Logger_that_was_set_stays()
    {
        var own = new LogRecorder();
        using var provider = Providers.Build(
            services => services.AddSingleton<ILoggerFactory>(new LogRecorder()).AddSingleton<IOrders, Orders>(),
                options => options.LoggerFactory = own);

        Assert.IsNotNull(provider.GetRequiredService<IOrders>().Unit());

        Assert.AreSame(own, provider.GetRequiredService<TxAspectsOptions>().LoggerFactory);
    }

    [TestMethod]
    public async Task Container_that_is_not_Microsofts_is_refused_at_start()
    {
        var services = new ServiceCollection().AddTxAspects();
        var start = (IHostedLifecycleService)services.Single(one => one.ServiceType == typeof(IHostedService)).ImplementationFactory!(
            new OtherContainer());

        var refused = await Assert.ThrowsExactlyAsync<TxAspectsConfigurationException>(() => start.StartingAsync(default));

        Assert.AreEqual(
            "AddTxAspects is for Microsoft's container, but 'TxAspects.Tests' is in its place and proxies nothing. With Autofac register " +
            "TxAspectsModule in its stead.",
            refused.Findings.Single());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Services_registered_after_the_call_on_the_collection_are_refused_at_start(bool byLambda)
    {
        var builder = CreateBuilder();
        builder.Services.AddTxAspects();
        if (byLambda)
            builder.Services.AddSingleton<IOrders>(_ => new Orders());
        else
            builder.Services.AddSingleton<IOrders, Orders>();
        using var host = builder.Build();

        var refused = await Assert.ThrowsExactlyAsync<TxAspectsConfigurationException>(() => host.StartAsync());

        StringAssert.Contains(refused.Message, " declares units of work and was registered after services.AddTxAspects, so it is not " +
            "proxied. Call builder.AddTxAspects() instead, after which the order does not matter; or move services.AddTxAspects behind " +
            "all services.");
    }

    [TestMethod]
    public void Services_registered_after_the_call_are_refused_with_the_first_proxied_object_where_there_is_no_host()
    {
        var services = new ServiceCollection().AddSingleton<OrdersItself>().AddTxAspects().AddSingleton<IOrders, Orders>();
        using var provider = services.BuildServiceProvider();

        for (var attempt = 0; attempt < 2; attempt++)
            Assert.ThrowsExactly<TxAspectsConfigurationException>(() => provider.GetRequiredService<OrdersItself>());
    }

    [TestMethod]
    public async Task Second_call_takes_in_what_was_registered_since()
    {
        var builder = CreateBuilder();
        builder.Services.AddTxAspects();
        builder.Services.AddSingleton<IOrders, Orders>().AddTxAspects();
        using var host = builder.Build();

        await host.StartAsync();

        Assert.IsNotNull(host.Services.GetRequiredService<IOrders>().Unit());
        await host.StopAsync();
    }

    private static HostApplicationBuilder CreateBuilder(params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateApplicationBuilder(
            new HostApplicationBuilderSettings { DisableDefaults = true, EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Key, (string?)one.Value)));
        return builder;
    }

    public sealed class Worker(IOrders orders) : BackgroundService
    {
        public bool RanInUnit { get; private set; }

        public override Task StartAsync(CancellationToken cancellationToken)
        {
            RanInUnit = orders.Unit() is not null;
            return base.StartAsync(cancellationToken);
        }

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;
    }

    private sealed class OtherContainer : IServiceProvider, IServiceScopeFactory
    {
        public object? GetService(Type serviceType) => serviceType == typeof(IServiceScopeFactory) ? this : null;

        public IServiceScope CreateScope() => throw new NotSupportedException();
    }
}
