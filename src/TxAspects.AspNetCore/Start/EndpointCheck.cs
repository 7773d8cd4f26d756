using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.AspNetCore.Requests;
using TxAspects.AspNetCore.Start;
using TxAspects.Interception;
using TxAspects.Interception.Starting;
[assembly: StartCheck(typeof(EndpointCheck))]

namespace TxAspects.AspNetCore.Start;

/// <summary>
/// Finds endpoints that declare a unit where no middleware opens one: at start, or, by what <see cref="Guard"/> wraps, at their first
/// request.
/// </summary>
internal sealed class EndpointCheck : IStartCheck
{
    // The middleware is no service, so what it shares with this check is an object of the container.
    private static readonly ConditionalWeakTable<TxAspectsOptions, object> WithMiddleware = [];

    public static void MiddlewareIsThere(TxAspectsOptions options) => WithMiddleware.AddOrUpdate(options, options);

    /// <summary>The same delegate, which throws where it is called without the middleware.</summary>
    public static RequestDelegate Guard(RequestDelegate endpoint) => context =>
    {
        if (context.Features.Get<RequestUnit>() is null && context.GetEndpoint() is { } called && EndpointSettings.NeedsUnit(called))
            UnitOfWorkProxies.ThrowIfAny([Finding(called)]);
        return endpoint(context);
    };

    public void Check(IServiceProvider provider)
    {
        if (provider.GetService<TxAspectsOptions>() is { } options && WithMiddleware.TryGetValue(options, out _))
            return;

        var endpoints = provider.GetService<EndpointDataSource>()?.Endpoints ?? [];
        var container = provider.GetService<IServiceProviderIsService>();
        UnitOfWorkProxies.ThrowIfAny([.. endpoints.Where(NeedsMiddleware).Select(Finding).Distinct()]);

        // A controller that is a service is proxied by its container, which opens the unit at the call.
        bool NeedsMiddleware(Endpoint endpoint)
            => EndpointSettings.NeedsUnit(endpoint) &&
               (endpoint.Metadata.GetMetadata<ControllerActionDescriptor>() is not { } action ||
                container?.IsService(action.ControllerTypeInfo) is not true);
    }

    private static string Finding(Endpoint endpoint)
        => $"'{EndpointSettings.NameOf(endpoint)}' declares a unit of work, but no middleware opens one for its requests. " +
           "Call app.UseTxAspects() in front of it, behind UseRouting where that is called.";
}
