using DotNetCore.CAP;
using DotNetCore.CAP.Transport;
using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.Neighbours.Tests.Cap;

public static class UnitPublisherExtensions
{
    /// <summary>Whoever takes an <see cref="ICapPublisher"/> publishes in units. Call it behind <c>AddCap</c>.</summary>
    public static IServiceCollection PublishInUnits(this IServiceCollection services)
    {
        var cap = services.Single(service => service.ServiceType == typeof(ICapPublisher));
        services.Remove(cap);
        return services.AddSingleton<ICapPublisher>(provider => new UnitPublisher(
            (ICapPublisher)ActivatorUtilities.CreateInstance(provider, cap.ImplementationType!),
            provider.GetRequiredService<IDispatcher>(),
            provider.GetRequiredService<DbConnect<ShopContext>>()));
    }
}
