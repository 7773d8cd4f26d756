using Microsoft.Extensions.DependencyInjection;
using TxAspects.Units.Scopes;

namespace TxAspects.DependencyInjection.UnitScoped;

/// <summary>The target of one registration of Microsoft's container, for a proxy that was made in one of its scopes.</summary>
/// <param name="caller">The scope of the proxy.</param>
/// <param name="type">The class of the target, which is registered under a key of ours.</param>
/// <param name="key">That key.</param>
/// <param name="asyncOnly">What is to be found before a synchronous unit makes it.</param>
internal sealed class ProvidedTarget(IServiceProvider caller, Type type, object key, Lazy<Type?> asyncOnly) : UnitScopedTarget
{
    private readonly IServiceScopeFactory _scopes = caller.GetRequiredService<IServiceScopeFactory>();

    public override object Container => _scopes;

    public override IUnitScope BeginScope()
    {
        var scope = _scopes.CreateAsyncScope();
        try
        {
            scope.ServiceProvider.GetRequiredService<CarriedServices>().TakeFrom(caller);
            return new ProvidedScope(scope.ServiceProvider, scope);
        }
        catch
        {
            scope.Dispose();
            throw;
        }
    }

    public override IUnitScope? FindScope(IServiceProvider services)
        => services.GetService<IServiceScopeFactory>() == _scopes ? new ProvidedScope(services) : null;

    public override Type? FindAsyncOnly() => asyncOnly.Value;

    public override object Resolve(IUnitScope scope) => ((ProvidedScope)scope).Services.GetRequiredKeyedService(type, key);
}
