using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using TxAspects.Interception;

namespace TxAspects.AspNetCore.Requests;

/// <summary>The plan of each endpoint, as long as the endpoint is there.</summary>
internal sealed class RequestPlans(TxAspectsMiddlewareOptions options, PositionCookie? positionCookie)
{
    private readonly ConditionalWeakTable<Endpoint, RequestPlan> _byEndpoint = [];
    private readonly RequestPlan _withoutEndpoint = new(null, options, positionCookie);

    public RequestPlan For(Endpoint? endpoint)
        => endpoint is null ? _withoutEndpoint : _byEndpoint.TryGetValue(endpoint, out var plan) ? plan : Add(endpoint);

    // Endpoints that are made after the start, as for pages, were not checked yet.
    private RequestPlan Add(Endpoint endpoint)
    {
        UnitOfWorkProxies.ThrowIfAny([.. EndpointSettings.Check(endpoint)]);
        return _byEndpoint.GetValue(endpoint, one => new RequestPlan(one, options, positionCookie));
    }
}
