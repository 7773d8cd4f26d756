using Autofac;
using Autofac.Core;
using Autofac.Core.Activators.Reflection;
using Autofac.Core.Resolving.Pipeline;

namespace TxAspects.Autofac;

/// <summary>Puts proxies in the place of components, and collects the mistakes it meets on the way.</summary>
internal sealed class ComponentProxying(UnitOfWorkProxies proxies)
{
    private const string Attached = "TxAspects.Attached";
    private readonly List<string> _findings = [];

    /// <summary>Attaches to one registration, before its pipeline is built.</summary>
    /// <param name="registration">The registration.</param>
    /// <param name="required">True where the user asked for this one, so that a component without an attribute is a mistake.</param>
    public void Attach(IComponentRegistration registration, bool required)
    {
        var services = registration.Services.OfType<IServiceWithType>().Select(service => service.ServiceType).ToArray();
        if (services.Length == 0 || registration.Metadata.ContainsKey(Attached))
            return;

        var type = registration.Activator.LimitType;
        var byInterface = Array.TrueForAll(services, service => service.IsInterface);
        if (UnitOfWorkProxies.IsAttributed(type))
            AttachAttributed(registration, type, byInterface);
        else if (required && !type.IsInterface)
            _findings.Add($"'{type.Name}' was registered with EnableUnitOfWork, but carries no [UnitOfWork] or [NewContext]. Mark it, or remove the call.");
        else if (type.IsInterface && byInterface && registration.Activator is not ReflectionActivator)
            WrapWhenActivated(registration);    // A lambda typed by its interface: what it returns is seen only then.
        else
            return;

        // The first pipeline is built when all registrations are known, so this throws once, with everything.
        registration.PipelineBuilding += (_, _) => UnitOfWorkProxies.ThrowIfAny(_findings);
    }

    private void AttachAttributed(IComponentRegistration registration, Type type, bool byInterface)
    {
        var activator = registration.Activator as ReflectionActivator;
        var mistakes = UnitOfWorkProxies.Check(type, byInterface, constructed: activator is not null);
        _findings.AddRange(mistakes);
        if (mistakes.Count > 0)
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
