#if (autofac)
using Autofac;
#else
using Microsoft.Extensions.DependencyInjection;
#endif
using TxAspects;

namespace TxShop;

public static class ShopServices
{
#if (autofac)
    public static IContainer Build(string connectionString)
    {
        var builder = new ContainerBuilder();
        builder.RegisterModule(new TxAspectsModule());
        builder.AddTxConnect("shop", PostgresConnect.Create<ShopContext>, connectionString);
        builder.RegisterType<Orders>().As<IOrders>();
        return builder.Build();
    }
#else
    public static ServiceProvider Build(string connectionString)
    {
        var services = new ServiceCollection();
        services.AddTxConnect("shop", PostgresConnect.Create<ShopContext>, connectionString);
        services.AddSingleton<IOrders, Orders>();
        services.AddTxAspects();
        return services.BuildServiceProvider();
    }
#endif
}
