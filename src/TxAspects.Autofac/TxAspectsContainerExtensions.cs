using Autofac;
using TxAspects.Autofac;
using TxAspects.Interception;

namespace TxAspects;

/// <summary>What TxAspects does in a container.</summary>
public static class TxAspectsContainerExtensions
{
    /// <summary>Each method that is intercepted, its settings, and where they were declared; <c>ToString</c> makes a table of it.</summary>
    /// <param name="container">The container, or a scope with components of its own.</param>
    /// <remarks>
    /// Open generics come into the plan when they are resolved for the first time; generic decorators are not in it. Of a lambda typed by
    /// its interface, only what the interface declares is known.
    /// </remarks>
    public static UnitOfWorkPlan DescribePlan(this IComponentContext container)
    {
        ArgumentNullException.ThrowIfNull(container);
        return UnitOfWorkProxies.DescribePlan(
            from registration in container.ComponentRegistry.Registrations
            let component = ComponentProxying.ComponentOf(registration)
            where component is not null
            select (component, ComponentProxying.Services(registration)));
    }
}
