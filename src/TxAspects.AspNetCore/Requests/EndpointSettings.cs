using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using TxAspects.Interception;

namespace TxAspects.AspNetCore.Requests;

/// <summary>What is declared at an endpoint, by attributes and conventions.</summary>
internal static class EndpointSettings
{
    private const string Opener = "a request";

    /// <summary>Route and methods, such as 'POST /orders/{id}'; never what the request itself says.</summary>
    public static string NameOf(Endpoint? endpoint)
    {
        if (endpoint is not RouteEndpoint { RoutePattern.RawText: { } route })
            return endpoint?.DisplayName ?? "request";

        var methods = string.Join('|', endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []);
        return $"{methods} /{route.TrimStart('/')}".TrimStart();
    }

    /// <summary>Whether anything is declared.</summary>
    public static bool AnyAt(Endpoint endpoint)
        => endpoint.Metadata.GetMetadata<UnitOfWorkAttribute>() is not null ||
           endpoint.Metadata.GetMetadata<TxAspectsEndpointOptions>() is not null;

    /// <summary>The settings in force: those of an attribute or a convention, the nearest whole. Null where none has any.</summary>
    public static UnitOfWorkOptions? Of(Endpoint endpoint) => Declaration(endpoint) switch
    {
        UnitOfWorkAttribute attribute => UnitOfWorkProxies.SettingsOf(attribute),
        TxAspectsEndpointOptions options => options.Settings,
        _ => null,
    };

    /// <summary>Whether the nearest declaration is that there is no unit.</summary>
    public static bool HasNoUnit(Endpoint endpoint)
        => Declaration(endpoint) is TxAspectsEndpointOptions { WithoutUnit: true } ||
           (Of(endpoint) is { } settings && settings.IsWithoutUnit());

    /// <summary>Whether a unit is declared.</summary>
    public static bool NeedsUnit(Endpoint endpoint)
        => AnyAt(endpoint) && !HasNoUnit(endpoint) && endpoint.Metadata.GetMetadata<HubMetadata>() is null;

    /// <summary>The mistakes at an endpoint.</summary>
    public static IEnumerable<string> Check(Endpoint endpoint) => Declaration(endpoint) switch
    {
        UnitOfWorkAttribute attribute => Declarations.Check(NameOf(endpoint), Opener, attribute),
        TxAspectsEndpointOptions { Settings: { } settings } => Declarations.Check(NameOf(endpoint), Opener, settings),
        _ => [],
    };

    // What comes later is nearer, but what a controller's action says comes first of all.
    private static object? Declaration(Endpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<ActionDescriptor>() is not null &&
            endpoint.Metadata.GetMetadata<UnitOfWorkAttribute>() is { } ofAction)
            return ofAction;

        return endpoint.Metadata.LastOrDefault(one => one is UnitOfWorkAttribute
            or TxAspectsEndpointOptions { Settings: not null } or TxAspectsEndpointOptions { WithoutUnit: true });
    }
}
