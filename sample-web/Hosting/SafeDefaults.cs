using Microsoft.AspNetCore.HostFiltering;

namespace SampleWeb.Hosting;

/// <summary>
/// What every application that browsers reach should have: the hosts it answers to, requests that other sites may not send, and headers
/// that keep browsers strict.
/// </summary>
internal static class SafeDefaults
{
    // The page has its scripts and styles in files of its own, so nothing else may run, and nobody may show it in a frame.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void AddSafeDefaults(this IServiceCollection services)
    {
        // A name that somebody else lets point to this machine is none of them, so no page of theirs reaches the shop by it.
        services.Configure<HostFilteringOptions>(hosts => hosts.AllowedHosts = ["localhost", "127.0.0.1", "[::1]"]);
        services.AddExceptionHandler<OddInputHandler>();
    }

    /// <summary>Goes before everything that answers.</summary>
    public static void UseSafeDefaults(this IApplicationBuilder app)
    {
        app.Use((context, next) =>
        {
            // Not set now: an exception handler clears what was.
            context.Response.OnStarting(() =>
            {
                var headers = context.Response.Headers;
                headers.ContentSecurityPolicy = Policy;
                headers.XContentTypeOptions = "nosniff";
                headers["Referrer-Policy"] = "no-referrer";
                headers["Cross-Origin-Opener-Policy"] = "same-origin";
                headers["Cross-Origin-Resource-Policy"] = "same-origin";
                return Task.CompletedTask;
            });
            return next(context);
        });
        app.UseMiddleware<SameSiteOnly>();
    }
}
