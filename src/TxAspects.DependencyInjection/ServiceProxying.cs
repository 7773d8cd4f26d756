using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TxAspects.Interception;

namespace TxAspects.DependencyInjection;

/// <summary>
/// Decides for each registration how it is proxied, and collects the mistakes it meets; nothing is changed before all are known.
/// </summary>
internal sealed class ServiceProxying(BuildHook hook)
{
    // A collection can be built several times, and its registrations can be in another collection too.
    private static readonly ConditionalWeakTable<ServiceDescriptor, Type> Done = new();

    private readonly UnitOfWorkProxies _proxies = new(hook.Options);
    private readonly List<string> _findings = [];
    private readonly List<(Registration Registration, Action Apply)> _changes = [];
    private readonly ConcurrentDictionary<(Type Type, Type Service), IReadOnlyList<string>> _seen = new();

    public IReadOnlyList<string> Findings => _findings;

    public void Add(ServiceDescriptor descriptor)
    {
        if (Done.TryGetValue(descriptor, out _))
            return;

        if (IsOfOptions(descriptor.ServiceType))
            Find(["'TxAspectsOptions' is configured with services.Configure, which TxAspects does not read: it needs its options before " +
                  "the provider is there. Give them to AddTxAspects."]);

        var registration = new Registration(descriptor);
        if (UnitOfWorkProxies.IsAttributed(registration.Limit))
            AddAttributed(registration);
        else if (!registration.Limit.IsSealed && registration.Factory is not null)
            ChangeFactory(registration);
    }

    /// <summary>The component that a registration was proxied for, if it was; of an unattributed lambda none is known.</summary>
    public static IEnumerable<(Type Type, IReadOnlyCollection<Type> Services)> Planned(ServiceDescriptor descriptor)
        => Done.TryGetValue(descriptor, out var limit) && UnitOfWorkProxies.IsAttributed(limit) ? [(limit, [descriptor.ServiceType])] : [];

    public void Apply()
    {
        foreach (var (registration, apply) in _changes)
        {
            apply();
            Done.Add(registration.Descriptor, registration.Limit);
        }
    }

    private void AddAttributed(Registration registration)
    {
        if (registration.Service.IsGenericTypeDefinition)
            Find([OpenGeneric(registration.Limit)]);
        else if (registration.Instance is { } instance)
            AddInstance(registration, instance);
        else if (!Find(UnitOfWorkProxies.Check(registration.Limit, [registration.Service], constructed: registration.Type is not null)))
            AddMade(registration);
    }

    private void AddInstance(Registration registration, object instance)
    {
        if (!UnitOfWorkProxies.IsProxy(instance) &&
            !Find(UnitOfWorkProxies.Check(UnitOfWorkProxies.ComponentOf(instance), [registration.Service], constructed: false)))
            Change(registration, () => registration.Replace(_proxies.Wrap(instance)));
    }

    private void AddMade(Registration registration)
    {
        if (registration.Factory is not null)
            ChangeFactory(registration);
        else if (registration.Type is { IsAbstract: false } type)
            AddConstructed(registration, type);
    }

    private void AddConstructed(Registration registration, Type type)
    {
        if (type.GetConstructors().Length == 0)
        {
            Find([$"'{type.Name}' has no public constructor, so the container cannot make it. Give it one, or register a lambda."]);
        }
        else if (registration.Service.IsInterface)
        {
            var construction = new Construction(type);
            Change(registration,
                () => registration.Replace((provider, key) => Wrap(construction.Create(provider, key), registration.Service, provider)));
        }
        else
        {
            var construction = new Construction(type, UnitOfWorkProxies.ClassProxyType(type), _proxies.ClassProxyArgument);
            Change(registration, () => registration.Replace((provider, key) =>
            {
                hook.TakeLogger(provider);
                return construction.Create(provider, key);
            }));
        }
    }

    private void ChangeFactory(Registration registration)
    {
        var factory = registration.Factory!;
        Change(registration, () => registration.Replace((provider, key) => Wrap(factory(provider, key), registration.Service, provider)));
    }

    private static bool IsOfOptions(Type service)
        => service == typeof(IConfigureOptions<TxAspectsOptions>) ||
           service == typeof(IPostConfigureOptions<TxAspectsOptions>) ||
           service == typeof(IValidateOptions<TxAspectsOptions>);

    private static string OpenGeneric(Type type)
    {
        var name = type.Name.Split('`')[0];
        return $"'{name}' is marked [UnitOfWork] and registered as an open generic, of which Microsoft's container makes every object " +
               $"itself, so no proxy can take its place. Register the closed types that are used, such as '{name}<Order>', or use Autofac.";
    }

    // Also what a lambda typed by less than its class returns: that is seen only now.
    private object? Wrap(object? instance, Type service, IServiceProvider provider)
    {
        if (instance is null || !UnitOfWorkProxies.NeedsProxy(instance))
            return instance;

        UnitOfWorkProxies.ThrowIfAny(_seen.GetOrAdd((UnitOfWorkProxies.ComponentOf(instance), service),
            static one => UnitOfWorkProxies.Check(one.Type, [one.Service], constructed: false)));
        hook.TakeLogger(provider);
        return _proxies.Wrap(instance);
    }

    private bool Find(IReadOnlyCollection<string> found)
    {
        _findings.AddRange(found.Except(_findings));
        return found.Count > 0;
    }

    private void Change(Registration registration, Action apply) => _changes.Add((registration, apply));
}
