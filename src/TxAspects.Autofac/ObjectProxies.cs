using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Autofac.Core;
using Autofac.Core.Activators.Reflection;
using Autofac.Features.Decorators;
using TxAspects.Autofac.ClassProxies;
using TxAspects.Interception;

namespace TxAspects.Autofac;

/// <summary>Makes interface proxies around objects, and knows those that must stay the same for the same object.</summary>
internal sealed class ObjectProxies(UnitOfWorkProxies proxies)
{
    private readonly ConditionalWeakTable<object, object> _made = new();
    private readonly ConcurrentDictionary<(IComponentRegistration Registration, Type Component), IReadOnlyList<string>> _components = new();
    private readonly ConcurrentDictionary<(Type Service, Type Component), IReadOnlyList<string>> _decorators = new();

    /// <summary>A proxy around an object that was just made.</summary>
    public object NewFor(object target) => proxies.Wrap(target);

    /// <summary>The one proxy around an object that is met several times.</summary>
    public object OneFor(object target) => _made.GetValue(target, NewFor);

    /// <summary>Throws where the object of a component has mistakes that could not be seen before it was made.</summary>
    public void Check(object instance, IComponentRegistration registration)
        => UnitOfWorkProxies.ThrowIfAny(_components.GetOrAdd((registration, UnitOfWorkProxies.ComponentOf(instance)), MistakesIn));

    /// <summary>
    /// The proxy for an object that a service gives, or one of its decorators gets; the object itself where it needs none.
    /// </summary>
    public object ForService(object instance, Type service, IComponentRegistration registration, IDecoratorContext? decoration)
    {
        if (!UnitOfWorkProxies.NeedsProxy(instance))
            return instance;

        if (decoration is null || (decoration.AppliedDecorators.Count == 0 && ReferenceEquals(instance, decoration.CurrentInstance)))
            Check(instance, registration);
        else
            UnitOfWorkProxies.ThrowIfAny(_decorators.GetOrAdd(
                (service, UnitOfWorkProxies.ComponentOf(instance)), one => UnitOfWorkProxies.Check(one.Component, [one.Service])));
        return OneFor(instance);
    }

    private static IReadOnlyList<string> MistakesIn((IComponentRegistration Registration, Type Component) one)
    {
        var services = ComponentProxying.Services(one.Registration);
        return one.Registration.Activator is ReflectionActivator && services.Any(service => !service.IsInterface)
            ? [ClassMistakes.OpenGeneric(one.Component)]
            : UnitOfWorkProxies.Check(one.Component, services, constructed: false);
    }
}
