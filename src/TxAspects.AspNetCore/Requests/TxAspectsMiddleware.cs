using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.AspNetCore.Start;
using TxAspects.Interception;
using TxAspects.Interception.Streams;

namespace TxAspects.AspNetCore.Requests;

/// <summary>One unit per request.</summary>
internal sealed class TxAspectsMiddleware
{
    private static readonly UnitOfWorkOptions NoUnit = new() { Propagation = Propagation.NotSupported };

    private readonly RequestDelegate _next;
    private readonly RequestPlans _plans;
    private readonly TxAspectsOptions? _container;
    private readonly Action<HttpContext, ITxUnit>? _onOpened;

    public TxAspectsMiddleware(RequestDelegate next, TxAspectsMiddlewareOptions options, IServiceProvider services)
    {
        _next = next;
        _onOpened = options.OnOpened;
        _plans = new RequestPlans(options, options.PositionCookie is { } name ? new PositionCookie(name, services) : null);
        _container = services.GetService<TxAspectsOptions>();
        if (_container is null)
            ProxyCheck.Run(services);
        else
            EndpointCheck.MiddlewareIsThere(_container);

        // The pipeline is built when all endpoints are mapped, so mistakes can be told at start.
        UnitOfWorkProxies.ThrowIfAny([.. (services.GetService<EndpointDataSource>()?.Endpoints ?? []).SelectMany(EndpointSettings.Check)]);
    }

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<RequestUnit>() is not null)
            return _next(context);

        var plan = _plans.For(context.GetEndpoint());
        return plan.WithoutUnit ? RunWithoutAsync(context) : RunAsync(context, plan);
    }

    private async Task RunAsync(HttpContext context, RequestPlan plan)
    {
        var streams = OpenStreams.Collect();
        var settings = plan.SettingsFor(context.Request);
        var aborted = context.Features.Get<IHttpRequestLifetimeFeature>()?.RequestAborted ?? default;
        var scope = _container is null ? Tx.Open(settings, aborted) : Tx.Open(_container, settings, aborted);
        await using var left = scope.ConfigureAwait(false);
        using var request = new RequestUnit(context, scope, plan, streams);
        try
        {
            _onOpened?.Invoke(context, scope.Unit!);
            await _next(context).ConfigureAwait(false);
            await request.FinishAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await request.FailAsync(exception).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Hides what the caller has open: a request made inside this process may come with its unit.</summary>
    private async Task RunWithoutAsync(HttpContext context)
    {
        using var hidden = Tx.Open(NoUnit);
        var streams = OpenStreams.Collect();
        try
        {
            await _next(context).ConfigureAwait(false);
        }
        finally
        {
            await streams.LeaveAsync().ConfigureAwait(false);
        }
    }
}
