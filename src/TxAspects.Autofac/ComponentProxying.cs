using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Autofac;
using Autofac.Core;
using Autofac.Core.Activators.Reflection;
using Autofac.Core.Registration;
using Autofac.Core.Resolving.Middleware;
using Autofac.Core.Resolving.Pipeline;
using TxAspects.Interception;

namespace TxAspects.Autofac;

/// <summary>Puts proxies in the place of components, and collects the mistakes it meets on the way.</summary>
internal sealed class ComponentProxying(UnitOfWorkProxies proxies)
{
    // By activator, because a scope hands the same component out under several registrations, and open generics share their metadata.
    private static readonly ConditionalWeakTable<IInstanceActivator, object> Attached = new();

    private readonly ConcurrentDictionary<(IComponentRegistration Registration, Type Component), IReadOnlyList<string>> _seen = new();

    /// <summary>
    /// Whether the objects of a registration get a proxy by its declarations; those of an unattributed lambda are seen only when made.
    /// </summary>
    public static bool IsProxied(IComponentRegistration registration) => Attached.TryGetValue(registration.Activator, out _);

    public static IReadOnlyCollection<Type> Services(IComponentRegistration registration)
        => [.. registration.Services.OfType<IServiceWithType>().Select(service => service.ServiceType)];

    /// <summary>Attaches to one registration, before its pipeline is built.</summary>
    /// <param name="registry">Where it is registered.</param>
    /// <param name="registration">The registration.</param>
    /// <param name="required">True where the user asked for this one, so that a component without an attribute is a mistake.</param>
    public void Attach(IComponentRegistryBuilder registry, IComponentRegistration registration, bool required)
    {
        var services = Services(registration);
        if (services.Count == 0 || IsFromParentScope(registration) || Attached.TryGetValue(registration.Activator, out _))
            return;

        var mistakes = Mistakes.In(registry, registration);
        var type = registration.Activator.LimitType;
        var byInterface = services.All(service => service.IsInterface);
        if (UnitOfWorkProxies.IsAttributed(type))
            AttachAttributed(registration, services, byInterface, mistakes);
        else if (required && !type.IsInterface)
            mistakes.Add(registration, [$"'{type.Name}' was registered with EnableUnitOfWork, but carries no [UnitOfWork] or " +
                                        "[NewContext]. Mark it, or remove the call."]);
        else if (!type.IsSealed && byInterface && registration.Activator is not ReflectionActivator)
            WrapWhenActivated(registration);    // What a lambda typed by its interface or a base class returns is seen only then.
    }

    private void AttachAttributed(
        IComponentRegistration registration, IReadOnlyCollection<Type> services, bool byInterface, Mistakes mistakes)
    {
        var activator = registration.Activator as ReflectionActivator;
        if (!byInterface && activator is not null && UnitOfWorkProxies.IsForeignProxy(activator.LimitType))
        {
            RequireInterceptor(registration, services);
            return;
        }

        var found = UnitOfWorkProxies.Check(registration.Activator.LimitType, services, constructed: activator is not null);
        if (!byInterface && EarlyPipeline.IsBuilt(registration))
            found = [.. found, MadeTooEarly(registration.Activator.LimitType)];

        if (found.Count > 0)
        {
            mistakes.Add(registration, found);
        }
        else if (byInterface)
        {
            WrapWhenActivated(registration);
            if (services.Contains(typeof(IStartable)))
                StartTheProxy(registration);
        }
        else
        {
            ClassProxyActivation.Apply(registration, activator!, proxies);
        }

        Attached.Add(registration.Activator, this);
    }

    private static string MadeTooEarly(Type type)
        => $"'{type.Name.Split('`')[0]}' is marked [UnitOfWork] and is an open generic registered as itself and as something else, which " +
           "no proxy can take the place of. Register it as itself alone, or by interfaces alone.";

    // A child scope with registrations of its own repeats those of its parent, which have their pipeline already.
    private static bool IsFromParentScope(IComponentRegistration registration)
        => registration.Target != registration && registration.Target.Id == registration.Id;

    // At the start of the phase and added last, so that everything which works on the instance, such as property injection, sees the
    // target.
    private void WrapWhenActivated(IComponentRegistration registration)
    {
        if (EarlyPipeline.IsBuilt(registration))
        {
            EarlyPipeline.Surround(registration, (context, next) => Wrap(context, next, isReleased: false));
            return;
        }

        registration.PipelineBuilding += (_, pipeline) =>
        {
            var isReleased = pipeline.Middleware.Any(
                middleware => middleware is CoreEventMiddleware { EventType: ResolveEventType.OnRelease });
            pipeline.Use(
                "TxAspects proxy", PipelinePhase.Activation, MiddlewareInsertionMode.StartOfPhase,
                (context, next) => Wrap(context, next, isReleased));
        };
    }

    private void Wrap(ResolveRequestContext context, Action<ResolveRequestContext> next, bool isReleased)
    {
        next(context);
        if (context.Instance is not { } instance || !UnitOfWorkProxies.NeedsProxy(instance))
            return;

        CheckOnce(context.Registration, UnitOfWorkProxies.ComponentOf(instance));
        context.Instance = proxies.Wrap(instance);
        if (isReleased)
            context.ActivationScope.Disposer.AddInstanceForDisposal(new Target(context, instance));
    }

    // What a lambda typed by less than its class returned, or what another library's proxy holds, is known only now.
    private void CheckOnce(IComponentRegistration registration, Type component)
    {
        if (component == registration.Activator.LimitType)
            return;

        UnitOfWorkProxies.ThrowIfAny(_seen.GetOrAdd(
            (registration, component),
            static one => UnitOfWorkProxies.Check(one.Component, Services(one.Registration), constructed: false)));
    }

    // The class was derived by another library, which gives the objects their interceptors: whether ours is among them is seen only then.
    private static void RequireInterceptor(IComponentRegistration registration, IReadOnlyCollection<Type> services)
        => registration.PipelineBuilding += (_, pipeline) => pipeline.Use(
            "TxAspects check", PipelinePhase.Activation, MiddlewareInsertionMode.StartOfPhase, (context, next) =>
            {
                next(context);
                if (context.Instance is { } instance && UnitOfWorkProxies.NeedsProxy(instance))
                    UnitOfWorkProxies.ThrowIfAny(UnitOfWorkProxies.Check(instance.GetType(), services));
            });

    // Autofac would start what its activator made, before the proxy is there. The names are those of its MetadataKeys, which are internal.
    private static void StartTheProxy(IComponentRegistration registration)
        => registration.PipelineBuilding += (_, pipeline) => pipeline.Use(
            "TxAspects start", PipelinePhase.Activation, MiddlewareInsertionMode.StartOfPhase, (context, next) =>
            {
                var starts = context.ComponentRegistry.Properties.ContainsKey("__StartOnActivate") &&
                             context.Registration.Metadata.TryAdd("__AutoActivated", true);
                next(context);
                if (starts)
                    ((IStartable)context.Instance!).Start();
            });

    /// <summary>
    /// Puts the target back at the scope's end: the action that releases a component takes it from the request, and is typed by its class.
    /// </summary>
    private sealed class Target(ResolveRequestContext context, object instance) : IDisposable
    {
        public void Dispose() => context.Instance = instance;
    }
}
