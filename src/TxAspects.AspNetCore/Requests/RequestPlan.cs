using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using TxAspects.Interception;

namespace TxAspects.AspNetCore.Requests;

/// <summary>How the units of requests to one endpoint are opened and ended; worked out once.</summary>
internal sealed class RequestPlan
{
    private readonly bool _knowsEndpoint;
    private readonly UnitOfWorkOptions _settings;
    private readonly UnitOfWorkOptions _readSettings;

    public RequestPlan(Endpoint? endpoint, TxAspectsMiddlewareOptions options, PositionCookie? positionCookie)
    {
        var declared = endpoint is null ? null : EndpointSettings.Of(endpoint);
        var name = EndpointSettings.NameOf(endpoint);
        _knowsEndpoint = endpoint is not null;

        // A request that is made inside this process may come with its caller's unit, and is none of its business.
        _settings = (declared ?? new UnitOfWorkOptions()) with
        {
            Name = declared?.Name ?? name,
            Propagation = Propagation.RequiresNew,
            InheritReadOnly = declared is { ReadOnly: true },
            AdoptSettings = declared is null,
        };
        _readSettings = declared is null && options.ReadOnlyGet ? _settings with { ReadOnly = true, InheritReadOnly = true } : _settings;

        // The connection of a hub lives long, and its calls have units of their own.
        WithoutUnit = endpoint is not null &&
                      (EndpointSettings.HasNoUnit(endpoint) || endpoint.Metadata.GetMetadata<HubMetadata>() is not null);
        var ofEndpoint = endpoint?.Metadata.GetOrderedMetadata<TxAspectsEndpointOptions>() ?? [];
        CommitWhen = ofEndpoint.LastOrDefault(one => one.CommitWhen is not null)?.CommitWhen ?? options.CommitWhen;
        PositionCookie = positionCookie;
        EndsAt = ofEndpoint.LastOrDefault(one => one.EndsAt is not null)?.EndsAt ?? options.EndsAt;
    }

    public bool WithoutUnit { get; }

    public Func<HttpContext, bool> CommitWhen { get; }

    public UnitEnd EndsAt { get; }

    public PositionCookie? PositionCookie { get; }

    public UnitOfWorkOptions SettingsFor(HttpRequest request)
    {
        var settings = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) ? _readSettings : _settings;
        return PositionCookie?.Read(request) is { } position ? settings with { ReadAfter = position } : settings;
    }

    /// <summary>Throws where the endpoint was not known when the unit opened, so that what it declares was passed over.</summary>
    public void ThrowIfLate(Endpoint? endpoint)
    {
        if (_knowsEndpoint || endpoint is null || !EndpointSettings.AnyAt(endpoint))
            return;

        var name = EndpointSettings.NameOf(endpoint);
        UnitOfWorkProxies.ThrowIfAny(
            [$"UseTxAspects runs before routing, so it cannot see what '{name}' declares. Call UseRouting before UseTxAspects."]);
    }

    /// <summary>Why a unit rolls back that <see cref="CommitWhen"/> does not let commit.</summary>
    public static string ReasonFor(int status)
        => $"the response has status {status}{(status < StatusCodes.Status400BadRequest ? ", and CommitWhen says no" : "")}";

    /// <summary>Lets the client's next requests see what this one wrote.</summary>
    public void TellPosition(HttpContext context, ITxUnit unit)
    {
        if (PositionCookie is { } cookie && !context.Response.HasStarted && unit.Position is { } position)
            cookie.Write(context, position);
    }
}
