namespace SampleWeb.Hosting;

/// <summary>
/// Refuses requests that change data where a browser says that another site's page sends them. Programs that are no browsers say nothing,
/// and are not kept out by this.
/// </summary>
internal sealed class SameSiteOnly(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (ChangesNothing(context.Request.Method) || IsOwn(context.Request))
            return next(context);

        var refusal = Results.Problem(
            statusCode: StatusCodes.Status403Forbidden,
            title: "Cross-site request",
            detail: "Pages of other sites may not change anything here.");
        return refusal.ExecuteAsync(context);
    }

    private static bool ChangesNothing(string method)
        => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    // Browsers send the first header to whom they trust, and the second one with every POST of a page. The host was checked before.
    private static bool IsOwn(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site)
            return site is "same-origin" or "none";

        return request.Headers.Origin.ToString() is not { Length: > 0 } origin
            || origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }
}
