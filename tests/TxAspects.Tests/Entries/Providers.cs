using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.Tests;

public static class Providers
{
    /// <summary>A provider with TxAspects, added first: the order must not matter.</summary>
    public static ServiceProvider Build(Action<IServiceCollection> register, Action<TxAspectsOptions>? configure = null)
    {
        var services = new ServiceCollection().AddTxAspects(configure);
        register(services);
        return services.BuildTxServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });
    }
}
