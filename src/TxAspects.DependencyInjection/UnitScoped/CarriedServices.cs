using TxAspects.Interception;

namespace TxAspects.DependencyInjection.UnitScoped;

/// <summary>
/// What a unit's scope was given by the scope of its caller. A service of every scope; empty in those that no unit began.
/// </summary>
internal sealed class CarriedServices(TxAspectsOptions options, RootServices root)
{
    private Dictionary<Type, object>? _services;

    public void TakeFrom(IServiceProvider caller)
    {
        if (options.Carried.Count == 0 || root.Are(caller))
            return;

        _services = [];
        foreach (var type in options.Carried)
        {
            if (caller.GetService(type) is not { } service)
                continue;
            if (service is IDisposable or IAsyncDisposable)
                UnitOfWorkProxies.ThrowIfAny([$"Carry names '{type.Name}', but '{service.GetType().Name}' is disposable, and the " +
                                              "unit's scope would dispose what belongs to its caller. Carry an object that is not."]);
            _services[type] = service;
        }
    }

    public object? Find(Type type) => _services?.GetValueOrDefault(type);
}
