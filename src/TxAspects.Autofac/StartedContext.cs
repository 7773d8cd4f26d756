using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Autofac;
using Autofac.Core;
using Autofac.Core.Resolving;
using Autofac.Core.Resolving.Pipeline;
using Autofac.Features.Decorators;
using TxAspects.Interception;

namespace TxAspects.Autofac;

/// <summary>What Autofac sees of a request when it starts the component: the proxy in place of its target.</summary>
/// <remarks>
/// Autofac starts an IStartable in the pipeline that makes it, before any other middleware can replace the object. Around that step stands
/// this request, which is the real one in everything else.
/// </remarks>
internal sealed class StartedContext(ResolveRequestContext request, ObjectProxies objects) : ResolveRequestContext
{
    public override event EventHandler<ResolveRequestCompletingEventArgs>? RequestCompleting
    {
        add => request.RequestCompleting += value;
        remove => request.RequestCompleting -= value;
    }

    [DisallowNull]
    public override object? Instance
    {
        get => request.Instance is { } instance && UnitOfWorkProxies.NeedsProxy(instance) ? objects.OneFor(instance) : request.Instance;
        set => request.Instance = value;
    }

    public override IResolveOperation Operation => request.Operation;

    public override ISharingLifetimeScope ActivationScope
    {
        get => request.ActivationScope;
        protected set => request.ChangeScope(value);
    }

    public override IComponentRegistration Registration => request.Registration;

    public override Service Service => request.Service;

    public override IComponentRegistration? DecoratorTarget => request.DecoratorTarget;

    public override bool NewInstanceActivated => request.NewInstanceActivated;

    public override DiagnosticListener DiagnosticSource => request.DiagnosticSource;

    public override IEnumerable<Parameter> Parameters
    {
        get => request.Parameters;
        protected set => request.ChangeParameters(value);
    }

    public override PipelinePhase PhaseReached
    {
        get => request.PhaseReached;
        set => request.PhaseReached = value;
    }

    public override DecoratorContext? DecoratorContext
    {
        get => request.DecoratorContext;
        set => request.DecoratorContext = value;
    }

    public override IComponentRegistry ComponentRegistry => request.ComponentRegistry;

    public override void ChangeScope(ISharingLifetimeScope newScope) => request.ChangeScope(newScope);

    public override void ChangeParameters(IEnumerable<Parameter> newParameters) => request.ChangeParameters(newParameters);

    public override object ResolveComponent(in ResolveRequest inner) => request.ResolveComponent(inner);
}
