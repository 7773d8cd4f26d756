using Autofac;
using Autofac.Builder;
using Autofac.Core;
using Autofac.Core.Registration;
using Autofac.Core.Resolving.Pipeline;

namespace TxAspects.Autofac.UnitScoped;

/// <summary>
/// Makes two registrations of one: its proxy, which may be had anywhere, and its target by a service that nobody else knows, shared in each
/// lifetime scope.
/// </summary>
internal static class UnitScopedRegistration
{
    /// <summary>Registers the proxy, and leaves the target in the registration, which Autofac is about to take over.</summary>
    public static void Split<TLimit, TActivatorData, TStyle>(
        IComponentRegistryBuilder registry, IRegistrationBuilder<TLimit, TActivatorData, TStyle> registration)
        where TActivatorData : IConcreteActivatorData
        where TStyle : SingleRegistrationStyle
    {
        var data = registration.RegistrationData;
        Service[] services = [.. data.Services];
        var type = registration.ActivatorData.Activator.LimitType;
        var target = new UniqueService();

        var proxy = Proxy(new UnitScopedProxies(type, target, services), type, services, data);
        ComponentProxying.AttachInUnit(proxy, type);
        registry.Register(proxy, registration.RegistrationStyle.PreserveDefaults);
        if (UnitScopedFindings.In(type, services, data.Lifetime).ToArray() is { Length: > 0 } found)
            Mistakes.In(registry, proxy).Add(proxy, found);

        data.ClearServices();
        data.AddService(target);
        registration.InstancePerLifetimeScope();
        if (services is [KeyedService { ServiceKey: var key }])
            SupplyKey(registration.ResolvePipeline, key);
    }

    // It has no state and nothing to dispose.
    private static IComponentRegistration Proxy(UnitScopedProxies proxies, Type type, Service[] services, RegistrationData data)
    {
        var proxy = RegistrationBuilder.ForDelegate(type, (context, _) => proxies.Make(context)).As(services).ExternallyOwned();
        foreach (var (key, value) in data.Metadata)
            proxy.RegistrationData.Metadata[key] = value;
        return proxy.CreateRegistration();
    }

    // The target is resolved by our service, which has no key.
    private static void SupplyKey(IResolvePipelineBuilder pipeline, object key)
    {
        var parameter = new ResolvedParameter((one, _) => UnitScopedFindings.TakesKey(one), (_, _) => key);
        pipeline.Use("TxAspects key", PipelinePhase.ParameterSelection, MiddlewareInsertionMode.EndOfPhase, (context, next) =>
        {
            context.ChangeParameters([parameter, .. context.Parameters]);
            next(context);
        });
    }
}
