using Autofac;

namespace TxAspects.Tests;

public static class Containers
{
    /// <summary>A container with the module, registered last: the order must not matter.</summary>
    public static IContainer Build(Action<ContainerBuilder> register, Action<TxAspectsOptions>? configure = null)
    {
        var builder = new ContainerBuilder();
        register(builder);
        builder.RegisterModule(new TxAspectsModule(configure));
        return builder.Build();
    }
}
