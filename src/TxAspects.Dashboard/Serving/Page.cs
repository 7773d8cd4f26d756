using Microsoft.AspNetCore.Http;

namespace TxAspects.Dashboard.Serving;

/// <summary>The files of the page, which are in the assembly.</summary>
internal static class Page
{
    // The page has its script and its style in files of its own, so nothing else may run, and nobody may show it in a frame.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; " +
        "form-action 'none'; frame-ancestors 'none'";

    public static RequestDelegate File(string name, string type)
    {
        var content = Read(name);
        return async context =>
        {
            Protect(context.Response);
            context.Response.ContentType = type;
            context.Response.ContentLength = content.Length;
            await context.Response.Body.WriteAsync(content, context.RequestAborted).ConfigureAwait(false);
        };
    }

    /// <summary>The page itself. Its address ends with a slash, because those of its files are relative to it.</summary>
    public static RequestDelegate Start()
    {
        var page = File("index.html", "text/html; charset=utf-8");
        return context =>
        {
            if (context.Request.Path.Value?.EndsWith('/') is true)
                return page(context);

            Protect(context.Response);
            context.Response.Redirect($"{context.Request.PathBase}{context.Request.Path}/");
            return Task.CompletedTask;
        };
    }

    /// <summary>What every answer tells browsers and caches.</summary>
    public static void Protect(HttpResponse response)
        => response.OnStarting(static state =>
        {
            // At the last moment, so that it also holds where the application has headers of its own.
            var headers = ((HttpResponse)state).Headers;
            headers.ContentSecurityPolicy = Policy;
            headers.XContentTypeOptions = "nosniff";
            headers.CacheControl = "no-store";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            return Task.CompletedTask;
        }, response);

    private static byte[] Read(string name)
    {
        using var stream = typeof(Page).Assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
