using Microsoft.AspNetCore.Builder;
using TxAspects.AspNetCore.Requests;

namespace TxAspects;

/// <summary>Switches units of work on for requests.</summary>
public static class TxAspectsApplicationBuilderExtensions
{
    /// <summary>
    /// Opens one unit of work per request, and ends it before the first byte of the response: committed where the status is below 400, else
    /// rolled back.
    /// </summary>
    /// <remarks>
    /// Put it behind exception handling, so that a commit that fails becomes a proper error, and behind routing, so that it sees what
    /// endpoints declare. A second one in the same pipeline does nothing.
    /// </remarks>
    /// <param name="app">The pipeline.</param>
    /// <param name="configure">Sets the options. Default: none set.</param>
    /// <exception cref="TxAspectsConfigurationException">When the pipeline is built: an endpoint declares what a request cannot have, such
    /// as MaxRetries.</exception>
    public static IApplicationBuilder UseTxAspects(this IApplicationBuilder app, Action<TxAspectsMiddlewareOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        var options = new TxAspectsMiddlewareOptions();
        configure?.Invoke(options);
        return app.Use(next => new TxAspectsMiddleware(next, options, app.ApplicationServices).InvokeAsync);
    }
}
