using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TxAspects.Interception;

namespace TxAspects.DependencyInjection.Proxying;

/// <summary>
/// Decides for each registration how it is proxied, and collects the mistakes it meets; nothing is changed before all are known.
/// </summary>
internal sealed class ServiceProxying(ProvidedServices provided)
{
    private readonly List<string> _findings = [];
    private readonly List<(ServiceDescriptor Old, ServiceDescriptor New)> _changes = [];
    private readonly List<ServiceDescriptor> _targets = [];

    public IReadOnlyList<string> Findings => _findings;

    public void Add(ServiceDescriptor descriptor)
    {
        if (IsOfOptions(descriptor.ServiceType))
            Find(["'TxAspectsOptions' is configured with services.Configure, which TxAspects does not read: it needs its options before " +
                  "the provider is there. Give them to AddTxAspects."]);
        var registration = new Registration(descriptor);
        if (registration.IsTarget || ProxiedService.Of(descriptor) is not null || provided.Owns(descriptor))
            return;

        if (UnitOfWorkProxies.IsAttributed(registration.Limit))
            AddAttributed(registration);
        else if (!registration.Limit.IsSealed && registration.Factory is not null)
            AddFactory(registration);
    }

    /// <summary>Puts each proxied registration in the place of the one that it is for, and the targets at the end.</summary>
    public void ApplyTo(IServiceCollection services)
    {
        foreach (var (old, @new) in _changes)
            services[services.IndexOf(old)] = @new;
        foreach (var target in _targets)
            services.Add(target);
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
            Change(registration, registration.With(provided.Proxies.Wrap(instance)));
    }

    private void AddMade(Registration registration)
    {
        if (registration.Factory is not null)
            AddFactory(registration);
        else if (registration.Type is { IsAbstract: false } type)
            AddConstructed(registration, type);
    }

    private void AddConstructed(Registration registration, Type type)
    {
        if (type.GetConstructors().Length == 0)
            Find([$"'{type.Name}' has no public constructor, so the container cannot make it. Give it one, or register a lambda."]);
        else if (!registration.Service.IsInterface)
            Change(registration,
                new Construction(type, UnitOfWorkProxies.ClassProxyType(type), provided.Proxies.ClassProxyArgument).Create);
        else if (registration.MayHaveTarget)
            AddTarget(registration, type);
        else
            Change(registration, new Construction(type).Create);
    }

    /// <summary>The container makes the target, so that it checks the constructor when it is built. No one else has the key.</summary>
    private void AddTarget(Registration registration, Type type)
    {
        var key = new TargetKey(type);
        _targets.Add(new ServiceDescriptor(type, key, type, registration.Lifetime));
        Change(registration, (provider, _) => provider.GetRequiredKeyedService(type, key), containerOwnsTarget: true);
    }

    private void AddFactory(Registration registration) => Change(registration, registration.Factory!);

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

    private bool Find(IReadOnlyCollection<string> found)
    {
        _findings.AddRange(found.Except(_findings));
        return found.Count > 0;
    }

    private void Change(Registration registration, Func<IServiceProvider, object?, object?> make, bool containerOwnsTarget = false)
        => Change(registration, registration.With(
            new MadeService(registration.Limit, registration.Service, provided, make, containerOwnsTarget)));

    private void Change(Registration registration, ServiceDescriptor @new) => _changes.Add((registration.Descriptor, @new));
}
