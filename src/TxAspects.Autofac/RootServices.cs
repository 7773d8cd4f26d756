using Autofac;

namespace TxAspects.Autofac;

/// <summary>The container's services, as EF Core asks for them.</summary>
internal sealed class RootServices(ILifetimeScope scope) : IServiceProvider
{
    public object? GetService(Type serviceType) => scope.ResolveOptional(serviceType);
}
