using Microsoft.AspNetCore.Builder;
using TxAspects.AspNetCore.Start;

namespace TxAspects;

/// <summary>Says for endpoints, or groups of them, how their units of work differ.</summary>
/// <remarks>
/// What is nearer wins: an endpoint before its group, and an attribute on a controller's action before what is said for all controllers.
/// </remarks>
public static class TxAspectsEndpointConventionBuilderExtensions
{
    private static readonly TxAspectsEndpointOptions Without = new() { WithoutUnit = true };

    /// <summary>Settings, commit rule or end of the units of these endpoints.</summary>
    /// <remarks>MaxRetries is a mistake here, because a request cannot be repeated.</remarks>
    public static TBuilder WithUnitOfWork<TBuilder>(this TBuilder builder, Action<TxAspectsEndpointOptions> configure)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new TxAspectsEndpointOptions();
        configure(options);
        return builder.With(options);
    }

    /// <summary>
    /// The settings of the units of these endpoints; <c>[UnitOfWork]</c> on a controller, an action or a handler says the same.
    /// </summary>
    /// <inheritdoc cref="WithUnitOfWork{TBuilder}(TBuilder, Action{TxAspectsEndpointOptions})"/>
    public static TBuilder WithUnitOfWork<TBuilder>(this TBuilder builder, UnitOfWorkOptions settings)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(settings);
        return builder.With(new TxAspectsEndpointOptions { Settings = settings });
    }

    /// <summary>
    /// Requests to these endpoints run without a unit: services that are called open their own, with retries where they declare them.
    /// </summary>
    public static TBuilder WithoutUnitOfWork<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
        => builder.With(Without);

    private static TBuilder With<TBuilder>(this TBuilder builder, TxAspectsEndpointOptions options)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint =>
        {
            endpoint.Metadata.Add(options);
            if (!options.WithoutUnit && endpoint.RequestDelegate is { } answer)
                endpoint.RequestDelegate = EndpointCheck.Guard(answer);
        });
        return builder;
    }
}
