using Microsoft.AspNetCore.Http;

namespace TxAspects;

/// <summary>What one endpoint, or one group of them, wants otherwise. What is null is left as it was.</summary>
public sealed class TxAspectsEndpointOptions
{
    /// <summary>The settings of the unit, whole. Default: null, those of the group around it, of an attribute, or none.</summary>
    public UnitOfWorkOptions? Settings { get; set; }

    /// <inheritdoc cref="TxAspectsMiddlewareOptions.CommitWhen"/>
    public Func<HttpContext, bool>? CommitWhen { get; set; }

    /// <inheritdoc cref="TxAspectsMiddlewareOptions.EndsAt"/>
    public UnitEnd? EndsAt { get; set; }

    internal bool WithoutUnit { get; init; }
}
