using Microsoft.Extensions.DependencyInjection;
using TxAspects.DependencyInjection.Proxying;

namespace TxAspects.DependencyInjection.UnitScoped;

/// <summary>
/// What stands in the place of a registration that is carried along: in the scope of a unit it gives what the scope was given.
/// </summary>
internal sealed class CarriedService(Type type, Type service, Func<IServiceProvider, object?, object?> make)
    : ProxiedService(type, service)
{
    /// <summary>Puts such a service in the place of each that is named.</summary>
    public static void ApplyTo(IServiceCollection services, TxAspectsOptions options)
    {
        foreach (var type in options.Carried)
        {
            if (FindLast(services, type) is not { Lifetime: not ServiceLifetime.Singleton } descriptor ||
                Of(descriptor) is CarriedService)
            {
                continue;
            }

            var registration = new Registration(descriptor);
            var make = registration.Factory ?? new Construction(registration.Type!).Create;
            var carried = new CarriedService(Of(descriptor)?.Type ?? registration.Limit, type, make);
            services[services.IndexOf(descriptor)] = carried.Describe(key: null, descriptor.Lifetime);
        }
    }

    /// <summary>Those that are named and were not there.</summary>
    public static IEnumerable<string> FindMissing(IServiceCollection services, TxAspectsOptions options)
        => from type in options.Carried
           let last = FindLast(services, type)
           where last is not { Lifetime: ServiceLifetime.Singleton } && (last is null || Of(last) is not CarriedService)
           select $"Carry names '{type.Name}', but it is not registered, or was registered after services.AddTxAspects. Register it " +
                  "before that call, or call builder.AddTxAspects() instead.";

    protected override object? Make(IServiceProvider provider, object? key)
        => provider.GetRequiredService<RootServices>().Are(provider)
            ? make(provider, key)
            : provider.GetRequiredService<CarriedServices>().Find(Service) ?? make(provider, key);

    private static ServiceDescriptor? FindLast(IServiceCollection services, Type type)
        => services.LastOrDefault(one => one.ServiceType == type && !one.IsKeyedService);
}
