using DotNetCore.CAP;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Neighbours.Tests.Cap.Redis;

namespace TxAspects.Neighbours.Tests.Cap;

/// <summary>What an application with CAP registers.</summary>
internal static class CapShop
{
    public static void AddCapShop(
        this IServiceCollection services,
        string connectionString,
        string broker,
        bool publishInUnits = true,
        Action<CapOptions>? configure = null)
    {
        services.AddCap(cap =>
        {
            cap.UsePostgreSql(connectionString);
            cap.UseRedis(broker);
            configure?.Invoke(cap);
        });
        if (publishInUnits)
            services.PublishInUnits();
        services.AddSingleton<IOrderService, OrderService>();
        services.AddSingleton<IShipping, Shipping>();
    }
}
