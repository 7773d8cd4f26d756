using Autofac;
using Autofac.Core;
using Autofac.Core.Registration;
using Autofac.Core.Resolving.Pipeline;
using TxAspects.Interception;

namespace TxAspects.Autofac;

/// <summary>What is wrong with the components of one container or scope, from every module and registration that looked.</summary>
internal sealed class Mistakes(IComponentRegistryBuilder registry)
{
    private const string Key = "TxAspects.Mistakes";
    private readonly List<string> _found = [];
    private volatile bool _built;

    /// <summary>Whether the container is in use already, so that only Autofac itself adds registrations.</summary>
    public bool ContainerIsBuilt => _built;

    /// <summary>Those of a registry; the first registration that asks lets it fail to build when some were found by then.</summary>
    public static Mistakes In(IComponentRegistryBuilder registry, IComponentRegistration registration)
    {
        // A scope sees the properties of its parent as well.
        if (registry.Properties.TryGetValue(Key, out var value) && value is Mistakes known && known.IsOf(registry))
            return known;

        var mistakes = new Mistakes(registry);
        registry.Properties[Key] = mistakes;
        if (EarlyPipeline.IsBuilt(registration))
            mistakes._built = true;
        else
            registration.PipelineBuilding += (_, _) => mistakes.ThrowIfAny();
        return mistakes;
    }

    public void Add(IComponentRegistration registration, IReadOnlyCollection<string> found)
    {
        if (_built)
            RefuseEveryUse(registration, found);
        else
            _found.AddRange(found.Except(_found));
    }

    // An open generic is closed when the container is in use. The container goes on, without this component.
    private static void RefuseEveryUse(IComponentRegistration registration, IReadOnlyCollection<string> found)
    {
        if (!EarlyPipeline.IsBuilt(registration))    // else GenericServices finds the same
            registration.PipelineBuilding += (_, pipeline) => pipeline.Use(
                "TxAspects mistake", PipelinePhase.RegistrationPipelineStart, MiddlewareInsertionMode.StartOfPhase,
                (_, _) => UnitOfWorkProxies.ThrowIfAny(found));
    }

    private bool IsOf(IComponentRegistryBuilder other) => registry == other;

    // Pipelines are built when all registrations are known, so this throws once, with everything.
    private void ThrowIfAny()
    {
        UnitOfWorkProxies.ThrowIfAny(_found);
        _built = true;
    }
}
