using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.DependencyInjection;

/// <summary>Decides for each registration how it is proxied, and collects the mistakes it meets; nothing is changed before all are known.</summary>
internal sealed class ServiceProxying(BuildHook hook)
{
    // A collection can be built several times, and its registrations can be in another collection too.
    private static readonly ConditionalWeakTable<ServiceDescriptor, object> Done = new();

    private readonly UnitOfWorkProxies _proxies = new(hook.Options);
    private readonly List<string> _findings = [];
    private readonly List<(ServiceDescriptor Descriptor, Action Apply)> _changes = [];
    private readonly ConcurrentDictionary<(Type Type, Type Service), IReadOnlyList<string>> _seen = new();

    public IReadOnlyList<string> Findings => _findings;

    public void Add(ServiceDescriptor descriptor)
    {
        if (Done.TryGetValue(descriptor, out _))
            return;

        var registration = new Registration(descriptor);
        var limit = registration.Limit;
        if (UnitOfWorkProxies.IsAttributed(limit))
            AddAttributed(descriptor, registration, limit);
        else if (!limit.IsSealed && registration.Factory is not null)
            ChangeFactory(descriptor, registration);
    }

    public void Apply()
    {
        foreach (var (descriptor, apply) in _changes)
        {
            apply();
            Done.Add(descriptor, this);
        }
    }

    private void AddAttributed(ServiceDescriptor descriptor, Registration registration, Type limit)
    {
        if (registration.Service.IsGenericTypeDefinition)
            Find([OpenGeneric(limit)]);
        else if (registration.Instance is { } instance)
            AddInstance(descriptor, registration, instance);
        else if (!Find(UnitOfWorkProxies.Check(limit, [registration.Service], constructed: registration.Type is not null)))
            AddMade(descriptor, registration);
    }

    private void AddInstance(ServiceDescriptor descriptor, Registration registration, object instance)
    {
        if (!UnitOfWorkProxies.IsProxy(instance) && !Find(UnitOfWorkProxies.Check(instance.GetType(), [registration.Service], constructed: false)))
            Change(descriptor, () => registration.Replace(_proxies.Wrap(instance)));
    }

    private void AddMade(ServiceDescriptor descriptor, Registration registration)
    {
        if (registration.Factory is not null)
            ChangeFactory(descriptor, registration);
        else if (registration.Type is { IsAbstract: false } type)
            AddConstructed(descriptor, registration, type);
    }

    private void AddConstructed(ServiceDescriptor descriptor, Registration registration, Type type)
    {
        if (type.GetConstructors().Length == 0)
        {
            Find([$"'{type.Name}' has no public constructor, so the container cannot make it. Give it one, or register a lambda."]);
        }
        else if (registration.Service.IsInterface)
        {
            var construction = new Construction(type);
            Change(descriptor, () => registration.Replace((provider, key) => Wrap(construction.Create(provider, key), registration.Service, provider)));
        }
        else
        {
            var construction = new Construction(type, UnitOfWorkProxies.ClassProxyType(type), _proxies.ClassProxyArgument);
            Change(descriptor, () => registration.Replace((provider, key) =>
            {
                hook.TakeLogger(provider);
                return construction.Create(provider, key);
            }));
        }
    }

    private void ChangeFactory(ServiceDescriptor descriptor, Registration registration)
    {
        var factory = registration.Factory!;
        Change(descriptor, () => registration.Replace((provider, key) => Wrap(factory(provider, key), registration.Service, provider)));
    }

    private static string OpenGeneric(Type type)
    {
        var name = type.Name.Split('`')[0];
        return $"'{name}' is marked [UnitOfWork] and registered as an open generic, of which Microsoft's container makes every object itself, so no proxy can take its place. " +
               $"Register the closed types that are used, such as '{name}<Order>', or use Autofac.";
    }

    // Also what a lambda typed by less than its class returns: that is seen only now.
    private object? Wrap(object? instance, Type service, IServiceProvider provider)
    {
        if (instance is null || !UnitOfWorkProxies.IsAttributed(instance.GetType()) || UnitOfWorkProxies.IsProxy(instance))
            return instance;

        UnitOfWorkProxies.ThrowIfAny(_seen.GetOrAdd((instance.GetType(), service), static one => UnitOfWorkProxies.Check(one.Type, [one.Service], constructed: false)));
        hook.TakeLogger(provider);
        return _proxies.Wrap(instance);
    }

    private bool Find(IReadOnlyCollection<string> found)
    {
        _findings.AddRange(found.Except(_findings));
        return found.Count > 0;
    }

    private void Change(ServiceDescriptor descriptor, Action apply) => _changes.Add((descriptor, apply));
}
