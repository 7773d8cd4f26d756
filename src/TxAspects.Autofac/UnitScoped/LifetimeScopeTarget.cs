using Autofac;
using Autofac.Builder;
using Autofac.Core;
using TxAspects.Units.Scopes;

namespace TxAspects.Autofac.UnitScoped;

/// <summary>
/// The target of a proxy: a component, in a lifetime scope of the unit. That scope begins in the one that has the registration.
/// </summary>
internal sealed class LifetimeScopeTarget : UnitScopedTarget
{
    private readonly ISharingLifetimeScope _caller;
    private readonly ISharingLifetimeScope _owner;
    private readonly Service _target;
    private readonly IReadOnlyList<Type> _carried;
    private readonly MadeInScope _made;

    public LifetimeScopeTarget(ISharingLifetimeScope caller, Service target, IReadOnlyList<Type> carried, MadeInScope made)
    {
        (_caller, _owner, _target, _carried, _made) = (caller, caller, target, carried, made);
        for (var outer = caller; outer is not null; outer = outer.ParentLifetimeScope)
        {
            if (outer.ComponentRegistry.IsRegistered(target))
                _owner = outer;
        }
    }

    public override object Container => _owner;

    public override IUnitScope BeginScope()
    {
        // What belongs to the container itself is there in every scope.
        var carried = _caller == _owner
            ? []
            : _carried.Select(type => (Type: type, Instance: _caller.ResolveOptional(type)))
                .Where(one => one.Instance is not null)
                .ToArray();
        return new LifetimeUnitScope(
            carried.Length == 0
                ? _owner.BeginLifetimeScope()
                : _owner.BeginLifetimeScope(builder => Array.ForEach(carried, one => Carry(builder, one.Type, one.Instance!))),
            isOwn: true);
    }

    public override IUnitScope? FindScope(IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        var scope = services.GetService(typeof(ILifetimeScope)) as ISharingLifetimeScope;
        for (var outer = scope; outer is not null; outer = outer.ParentLifetimeScope)
        {
            if (outer == _owner)
                return new LifetimeUnitScope(scope!, isOwn: false);
        }

        return null;
    }

    public override Type? FindAsyncOnly() => _made.FindAsyncOnly(_owner.ComponentRegistry, _target);

    public override object Resolve(IUnitScope scope) => ((LifetimeUnitScope)scope).Scope.ResolveService(_target);

    // It is the caller's, proxied there where it has units, and disposed by the caller's scope.
    private static void Carry(ContainerBuilder builder, Type type, object instance)
    {
        var registration = RegistrationBuilder.ForDelegate(type, (_, _) => instance).ExternallyOwned().CreateRegistration();
        ComponentProxying.AttachInUnit(registration, type);
        builder.RegisterComponent(registration);
    }
}
