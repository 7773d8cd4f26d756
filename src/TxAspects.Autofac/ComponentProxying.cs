using Autofac;
using Autofac.Core;
using Autofac.Core.Activators.Reflection;
using Autofac.Core.Registration;
using Autofac.Core.Resolving.Pipeline;

namespace TxAspects.Autofac;

/// <summary>Puts proxies in the place of components, and collects the mistakes it meets on the way.</summary>
internal sealed class ComponentProxying(UnitOfWorkProxies proxies)
{
    private const string Attached = "TxAspects.Attached";

    /// <summary>Attaches to one registration, before its pipeline is built.</summary>
    /// <param name="registry">Where it is registered.</param>
    /// <param name="registration">The registration.</param>
    /// <param name="required">True where the user asked for this one, so that a component without an attribute is a mistake.</param>
    public void Attach(IComponentRegistryBuilder registry, IComponentRegistration registration, bool required)
    {
        var services = registration.Services.OfType<IServiceWithType>().Select(service => service.ServiceType).ToArray();
        if (services.Length == 0 || registration.Metadata.ContainsKey(Attached))
            return;

        var mistakes = Mistakes.In(registry);
        var type = registration.Activator.LimitType;
        var byInterface = Array.TrueForAll(services, service => service.IsInterface);
        if (UnitOfWorkProxies.IsAttributed(type))
            AttachAttributed(registration, services, byInterface, mistakes);
        else if (required && !type.IsInterface)
            mistakes.Add($"'{type.Name}' was registered with EnableUnitOfWork, but carries no [UnitOfWork] or [NewContext]. Mark it, or remove the call.");
        else if (!type.IsSealed && byInterface && registration.Activator is not ReflectionActivator)
            WrapWhenActivated(registration);    // What a lambda typed by its interface or a base class returns is seen only then.
        else
            return;

        // The first pipeline is built when all registrations are known, so this throws once, with everything.
        registration.PipelineBuilding += (_, _) => mistakes.ThrowIfAny();
    }

    private void AttachAttributed(IComponentRegistration registration, Type[] services, bool byInterface, Mistakes mistakes)
    {
        var activator = registration.Activator as ReflectionActivator;
        var found = UnitOfWorkProxies.Check(registration.Activator.LimitType, services, constructed: activator is not null);
        foreach (var mistake in found)
            mistakes.Add(mistake);
        if (found.Count > 0)
            return;

        registration.Metadata[Attached] = true;
        if (byInterface)
            WrapWhenActivated(registration);
        else
            ClassProxyActivation.Apply(activator!, proxies);
    }

    // At the start of the phase and added last, so that everything which works on the instance, such as property injection, sees the target.
    private void WrapWhenActivated(IComponentRegistration registration)
        => registration.PipelineBuilding += (_, pipeline) => pipeline.Use(
            "TxAspects proxy", PipelinePhase.Activation, MiddlewareInsertionMode.StartOfPhase, (context, next) =>
            {
                next(context);
                if (context.Instance is { } instance && UnitOfWorkProxies.IsAttributed(instance.GetType()) && !UnitOfWorkProxies.IsProxy(instance))
                    context.Instance = proxies.Wrap(instance);
            });
}
