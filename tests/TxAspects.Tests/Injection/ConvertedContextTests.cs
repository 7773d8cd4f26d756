using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.Tests;

/// <summary>A context that was registered for EF Core alone becomes a connect with one line.</summary>
[TestClass]
public sealed class ConvertedContextTests : DatabaseTests
{
    public static IEnumerable<object[]> Registrations =>
    [
        [nameof(EntityFrameworkServiceCollectionExtensions.AddDbContext), (IServiceCollection services, Action<DbContextOptionsBuilder> set)
            => services.AddDbContext<ShopContext>(set)],
        ["AddDbContextPool", (IServiceCollection services, Action<DbContextOptionsBuilder> set)
            => services.AddDbContextPool<ShopContext>(set)],
        ["AddDbContextFactory", (IServiceCollection services, Action<DbContextOptionsBuilder> set)
            => services.AddDbContextFactory<ShopContext>(set)],
        ["AddPooledDbContextFactory", (IServiceCollection services, Action<DbContextOptionsBuilder> set)
            => services.AddPooledDbContextFactory<ShopContext>(set)],
    ];

    [TestMethod]
    [DynamicData(nameof(Registrations))]
    public async Task Its_options_are_taken_over_and_its_context_is_the_session(
        string name, Func<IServiceCollection, Action<DbContextOptionsBuilder>, IServiceCollection> add)
    {
        Assert.IsNotNull(name);
        await using var provider = Providers.Build(services =>
        {
            services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
                .AddInMemoryCollection([new KeyValuePair<string, string?>("ConnectionStrings:Orders", Master.ConnectionString)]).Build());
            add(services, options => options.UseNpgsql("Name=Orders").UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking));
            services.ConvertToTxConnect("shop", PostgresConnect.Create<ShopContext>);
            services.AddScoped<InjectionSpecification.Repository>();
        });

        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(async () =>
        {
            await using var scope = provider.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<InjectionSpecification.Repository>().Db;
            Assert.AreEqual(QueryTrackingBehavior.NoTracking, db.ChangeTracker.QueryTrackingBehavior);
            db.Orders.Add(new Order { Item = "lost" });
            await db.SaveChangesAsync();
            throw new OutOfStockException();
        }));
        await using (var own = await provider.GetRequiredService<IDbContextFactory<ShopContext>>().CreateDbContextAsync())
        {
            own.Orders.Add(new Order { Item = "tea" });
            await own.SaveChangesAsync();
        }

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Registrations))]
    public void Without_the_line_it_is_a_finding(
        string name, Func<IServiceCollection, Action<DbContextOptionsBuilder>, IServiceCollection> add)
    {
        var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(() => Providers.Build(services =>
        {
            add(services, options => options.UseNpgsql(Master.ConnectionString));
            services.AddSingleton(_ => Connect).AddScoped<InjectionSpecification.Repository>();
        }), name);

        StringAssert.Contains(refused.Message, "'Repository' gets one outside its unit of work");
    }

    [TestMethod]
    public async Task Data_source_cannot_be_taken_over_and_that_is_said()
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(Master.ConnectionString);
        await using var provider = Providers.Build(services => services
            .AddDbContext<ShopContext>(options => options.UseNpgsql(source))
            .ConvertToTxConnect("shop", PostgresConnect.Create<ShopContext>));

        var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(() => provider.GetRequiredService<DbConnect<ShopContext>>());

        StringAssert.Contains(refused.Message, "may be a data source");
    }

    [TestMethod]
    public void Context_that_is_not_registered_yet_is_refused()
        => StringAssert.Contains(
            Assert.ThrowsExactly<TxAspectsConfigurationException>(
                () => new ServiceCollection().ConvertToTxConnect("shop", PostgresConnect.Create<ShopContext>)).Message,
            "Call ConvertToTxConnect after it");

    [TestMethod]
    public void Objects_with_one_name_are_a_finding()
    {
        using var other = Master.Create();

        var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(
            () => Providers.Build(services => services.AddSingleton(Connect).AddSingleton(other)));

        StringAssert.Contains(refused.Message, "Two connects are named 'master'");
    }
}
