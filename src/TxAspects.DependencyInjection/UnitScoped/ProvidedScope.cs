using Microsoft.Extensions.DependencyInjection;
using TxAspects.Units.Scopes;

namespace TxAspects.DependencyInjection.UnitScoped;

/// <summary>The scope of a unit in Microsoft's container: its own, or one that was there before, which somebody else disposes.</summary>
internal sealed class ProvidedScope(IServiceProvider services, AsyncServiceScope? own = null) : IUnitScope
{
    public IServiceProvider Services => services;

    public void Dispose() => own?.Dispose();

    public ValueTask DisposeAsync() => own?.DisposeAsync() ?? default;
}
