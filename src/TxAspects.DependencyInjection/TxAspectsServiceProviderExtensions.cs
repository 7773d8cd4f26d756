using Microsoft.Extensions.DependencyInjection;
using TxAspects.DependencyInjection;
using TxAspects.Interception;

namespace TxAspects;

/// <summary>What TxAspects does in a provider.</summary>
public static class TxAspectsServiceProviderExtensions
{
    /// <summary>Each method that is intercepted, its settings, and where they were declared; <c>ToString</c> makes a table of it.</summary>
    /// <param name="provider">A provider with TxAspects, or a scope of it.</param>
    /// <remarks>Of a lambda typed by its interface, only what the interface declares is known.</remarks>
    /// <exception cref="TxAspectsConfigurationException">AddTxAspects was not called.</exception>
    public static UnitOfWorkPlan DescribePlan(this IServiceProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        if (provider.GetService<ProvidedServices>() is { } provided)
            return provided.DescribePlan();

        UnitOfWorkProxies.ThrowIfAny(["The provider was built without TxAspects, so it has no plan. Call AddTxAspects on its services."]);
        return null!;
    }
}
