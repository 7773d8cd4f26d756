using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TxAspects.Dashboard.Looking;
using TxAspects.Dashboard.Recording;
using TxAspects.Dashboard.Serving;

namespace TxAspects;

/// <summary>Maps the page that shows units of work.</summary>
public static class TxAspectsDashboardExtensions
{
    /// <summary>
    /// Maps a page that shows which units are open, what they wait for, and what the last ones did. In the environment 'Development' it
    /// needs nothing more; elsewhere it needs an authorization policy.
    /// </summary>
    /// <remarks>
    /// From this call on the units of the container are recorded, within the bounds of the options; without it nothing is. The page changes
    /// nothing, loads nothing from elsewhere, and its requests are no units. Do not map it twice.
    /// </remarks>
    /// <param name="endpoints">The application.</param>
    /// <param name="prefix">Where the page is, such as '/tx'.</param>
    /// <param name="configure">Sets the options. Default: none set.</param>
    /// <returns>What conventions can be added to, such as hosts.</returns>
    /// <exception cref="TxAspectsConfigurationException">The environment is not 'Development' and no policy is given, the policy is not
    /// known, or the container has no TxAspects.</exception>
    public static IEndpointConventionBuilder MapTxAspects(
        this IEndpointRouteBuilder endpoints, string prefix = "/tx", Action<TxAspectsDashboardOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        var options = new TxAspectsDashboardOptions();
        configure?.Invoke(options);
        var services = endpoints.ServiceProvider;
        var process = Mapping.Check(services, options);
        var recorder = new UnitRecorder(options, process.TimeProvider, services.GetService<IHttpContextAccessor>());
        process.Observe(recorder);
        var look = new DatabaseLook(recorder, options, process.TimeProvider);
        var stop = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        _ = look.RunAsync(stop);

        var group = endpoints.MapGroup(prefix);
        new DashboardApi(recorder, look, options, services).Map(group);
        group.ExcludeFromDescription();
        group.WithMetadata(new UnitOfWorkAttribute { Propagation = Propagation.NotSupported });
        if (options.AuthorizationPolicy is { } policy)
            group.RequireAuthorization(policy);
        return group;
    }
}
