using Autofac;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TxAspects.Tests;

/// <summary>A context that the container injects is outside the unit; nothing else would say so.</summary>
[TestClass]
public sealed class InjectedContextTests
{
    private const string Text =
        "'Counting' is given a 'ShopContext' by its container, which is not the session of its units of work: what it saves stays when " +
        "they roll back. Register the connect with AddTxConnect, or let it take the DbConnect and ask Tx.SessionAsync for the session.";

    private readonly LogRecorder _log = new();

    [TestMethod]
    public void Autofac_warns_when_the_container_is_built()
    {
        var builder = new ContainerBuilder();
        builder.RegisterModule(new TxAspectsModule(options => options.LoggerFactory = _log));
        builder.RegisterType<Counting>().As<ICounting>();
        builder.RegisterType<Reporting>().As<IReporting>();
        builder.RegisterType<Unattributed>();
        using var container = builder.Build();

        AssertWarnedOnce();
    }

    [TestMethod]
    public void Microsofts_container_warns_with_the_first_proxied_object()
    {
        using var provider = Providers.Build(services => services
            .AddSingleton<ILoggerFactory>(_log).AddDbContext<ShopContext>(options => options.UseNpgsql())
            .AddScoped<ICounting, Counting>().AddScoped<IReporting, Reporting>().AddScoped<Unattributed>());

        for (var i = 0; i < 2; i++)
        {
            using var scope = provider.CreateScope();
            Assert.IsNotNull(scope.ServiceProvider.GetRequiredService<IReporting>());
        }

        AssertWarnedOnce();
    }

    // The lambda hands the session out, or refuses where no unit is open.
    [TestMethod]
    public void Session_that_a_lambda_hands_out_is_no_doubt()
    {
        using var shop = PostgresConnect.Create<ShopContext>("Host=nowhere", new() { Name = "shop" });
        var builder = new ContainerBuilder();
        builder.RegisterModule(new TxAspectsModule(options => options.LoggerFactory = _log));
        builder.Register(_ => Tx.InjectedSession(shop)).ExternallyOwned();
        builder.RegisterType<Counting>().As<ICounting>();
        using var container = builder.Build();
        using var provider = Providers.Build(services => services
            .AddSingleton<ILoggerFactory>(_log).AddTransient(_ => Tx.InjectedSession(shop))
            .AddScoped<ICounting, Counting>().AddScoped<IReporting, Reporting>());

        using var scope = provider.CreateScope();
        Assert.IsNotNull(scope.ServiceProvider.GetRequiredService<IReporting>());

        Assert.IsFalse(_log.Messages.Any(message => message.EventId is 10));
        var refused = Assert.ThrowsExactly<NoUnitOfWorkException>(() => scope.ServiceProvider.GetRequiredService<ICounting>());
        StringAssert.Contains(refused.Message, "or in a service resolved inside its unit");
    }

    private void AssertWarnedOnce()
    {
        var warning = _log.Messages.Single(message => message.EventId is 10);
        Assert.AreEqual(LogLevel.Warning, warning.Level);
        Assert.AreEqual(Text, warning.Text);
    }

    [UnitOfWork]
    public interface ICounting
    {
        Task<int> CountAsync();
    }

    [UnitOfWork]
    public interface IReporting
    {
        Task ReportAsync();
    }

    public sealed class Counting(ShopContext db) : ICounting
    {
        public Task<int> CountAsync() => db.Orders.CountAsync();
    }

    public sealed class Reporting : IReporting
    {
        public Task ReportAsync() => Task.CompletedTask;
    }

    public sealed class Unattributed(ShopContext db)
    {
        public ShopContext Context => db;
    }
}
