using System.Runtime.CompilerServices;
using Autofac;
using Autofac.Core;
using Autofac.Core.Activators.Reflection;
using Autofac.Core.Registration;
using Autofac.Core.Resolving.Middleware;
using Autofac.Core.Resolving.Pipeline;
using TxAspects.Autofac.ClassProxies;
using TxAspects.Interception;

namespace TxAspects.Autofac;

/// <summary>Puts proxies in the place of components, and collects the mistakes it meets on the way.</summary>
internal sealed class ComponentProxying(UnitOfWorkProxies proxies)
{
    // By activator, because a scope hands the same component out under several registrations, and open generics share their metadata.
    private static readonly ConditionalWeakTable<IInstanceActivator, Attachment> Attached = new();

    /// <summary>Makes the proxies of objects.</summary>
    public ObjectProxies Objects { get; } = new(proxies);

    /// <summary>
    /// The class whose objects a registration proxies by its declarations, or null. An unattributed lambda's are seen only when made.
    /// </summary>
    public static Type? ComponentOf(IComponentRegistration registration)
        => Attached.TryGetValue(registration.Activator, out var attached) ? attached.Component : null;

    /// <summary>The same, of objects that are made before their unit.</summary>
    public static Type? ComponentOutsideUnit(IComponentRegistration registration)
        => Attached.TryGetValue(registration.Activator, out var attached) && !attached.IsInUnit ? attached.Component : null;

    /// <summary>Says that the objects of a registration are proxies already, whose targets are made inside their unit.</summary>
    public static void AttachInUnit(IComponentRegistration registration, Type component)
        => Attached.Add(registration.Activator, new Attachment(component, IsInUnit: true));

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
        if (registration.Activator is ReflectionActivator { ConstructorFinder: ClassProxyConstructors asked })
            Attach(registration, asked.Component, asked.Findings, mistakes);
        else if (UnitOfWorkProxies.IsAttributed(type))
            AttachAttributed(registration, services, byInterface, mistakes);
        else if (required && !type.IsInterface)
            mistakes.Add(registration, [$"'{type.Name}' was registered with EnableUnitOfWork, but carries no [UnitOfWork] or " +
                                        "[NewContext]. Mark it, or remove the call."]);
        else if (!type.IsSealed && registration.Activator is not ReflectionActivator)
            AttachHidden(registration, services, byInterface);
    }

    private void AttachAttributed(
        IComponentRegistration registration, IReadOnlyCollection<Type> services, bool byInterface, Mistakes mistakes)
    {
        var type = registration.Activator.LimitType;
        if (byInterface)
        {
            var found = UnitOfWorkProxies.Check(type, services);
            Attach(registration, type, found, mistakes);
            if (found.Count == 0)
                WrapWhenActivated(registration, services);
        }
        else if (registration.Activator is not ReflectionActivator)
        {
            Attach(registration, type, UnitOfWorkProxies.Check(type, services, constructed: false), mistakes);
        }
        else if (UnitOfWorkProxies.IsForeignProxy(type))
        {
            RequireInterceptor(registration, services, constructed: true);
        }
        else
        {
            Attach(registration, type, ClassMistakes.NotAskedFor(type, services, mistakes.ContainerIsBuilt), mistakes);
        }
    }

    // What a lambda typed by less than its class returns is seen only when it is made.
    private void AttachHidden(IComponentRegistration registration, IReadOnlyCollection<Type> services, bool byInterface)
    {
        if (byInterface)
            WrapWhenActivated(registration, services);
        else
            RequireInterceptor(registration, services, constructed: false);
    }

    private static void Attach(IComponentRegistration registration, Type component, IReadOnlyList<string> found, Mistakes mistakes)
    {
        if (found.Count > 0)
            mistakes.Add(registration, found);
        Attached.Add(registration.Activator, new Attachment(component, IsInUnit: false));
    }

    // A child scope with registrations of its own repeats those of its parent, which have their pipeline already.
    private static bool IsFromParentScope(IComponentRegistration registration)
        => registration.Target != registration && registration.Target.Id == registration.Id;

    // At the start of the phase and added last, so that everything which works on the instance, such as property injection, sees the
    // target. An early pipeline is left to GenericServices.
    private void WrapWhenActivated(IComponentRegistration registration, IReadOnlyCollection<Type> services)
    {
        if (EarlyPipeline.IsBuilt(registration))
            return;

        registration.PipelineBuilding += (_, pipeline) =>
        {
            var isReleased = pipeline.Middleware.Any(
                middleware => middleware is CoreEventMiddleware { EventType: ResolveEventType.OnRelease });
            var isStarted = services.Contains(typeof(IStartable));
            pipeline.Use(
                "TxAspects proxy", PipelinePhase.Activation, MiddlewareInsertionMode.StartOfPhase,
                (context, next) => Wrap(context, next, isReleased, isStarted));
            if (isStarted)
                pipeline.Use(
                    "TxAspects start", PipelinePhase.Activation, MiddlewareInsertionMode.EndOfPhase,
                    (context, next) => next(new StartedContext(context, Objects)));
        };
    }

    private void Wrap(ResolveRequestContext context, Action<ResolveRequestContext> next, bool isReleased, bool isStarted)
    {
        next(context);
        if (context.Instance is not { } instance || !UnitOfWorkProxies.NeedsProxy(instance))
            return;

        if (UnitOfWorkProxies.ComponentOf(instance) != context.Registration.Activator.LimitType)
            Objects.Check(instance, context.Registration);    // What a lambda typed by less than its class made is known only now.
        context.Instance = isStarted ? Objects.OneFor(instance) : Objects.NewFor(instance);
        if (isReleased)
            context.ActivationScope.Disposer.AddInstanceForDisposal(new Target(context, instance));
    }

    // Another library's derived class, whose objects get their interceptors when they are made, or the object of a lambda: whether ours is
    // among the interceptors is seen only then. An early pipeline is left to GenericServices.
    private static void RequireInterceptor(IComponentRegistration registration, IReadOnlyCollection<Type> services, bool constructed)
    {
        if (EarlyPipeline.IsBuilt(registration))
            return;

        registration.PipelineBuilding += (_, pipeline) => pipeline.Use(
            "TxAspects check", PipelinePhase.Activation, MiddlewareInsertionMode.StartOfPhase, (context, next) =>
            {
                next(context);
                if (context.Instance is { } instance && UnitOfWorkProxies.NeedsProxy(instance))
                    UnitOfWorkProxies.ThrowIfAny(UnitOfWorkProxies.Check(instance.GetType(), services, constructed));
            });
    }

    private sealed record Attachment(Type Component, bool IsInUnit);

    /// <summary>
    /// Puts the target back at the scope's end: the action that releases a component takes it from the request, and is typed by its class.
    /// </summary>
    private sealed class Target(ResolveRequestContext context, object instance) : IDisposable
    {
        public void Dispose() => context.Instance = instance;
    }
}
