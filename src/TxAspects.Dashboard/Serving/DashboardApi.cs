using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Dashboard.Looking;
using TxAspects.Dashboard.Recording;

namespace TxAspects.Dashboard.Serving;

/// <summary>The page and what it asks for. Everything is read, nothing can be changed.</summary>
internal sealed class DashboardApi(
    UnitRecorder recorder, DatabaseLook look, TxAspectsDashboardOptions options, IServiceProvider services)
{
    // Not those of the application, which may name things otherwise.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", Page.Start());
        routes.MapGet("/page.css", Page.File("page.css", "text/css; charset=utf-8"));
        routes.MapGet("/page.js", Page.File("page.js", "text/javascript; charset=utf-8"));
        routes.MapGet("/api/now", NowAsync);
        routes.MapGet("/api/units", ListAsync);
        routes.MapGet("/api/units/{id:long}", OneAsync);
        routes.MapGet("/api/plan", PlanAsync);
    }

    private async Task NowAsync(HttpContext context)
    {
        var looks = await look.LookAsync(context.RequestAborted).ConfigureAwait(false);
        await AnswerAsync(context, UnitViews.Now(recorder, looks)).ConfigureAwait(false);
    }

    /// <summary>204 where no unit has ended since the version that the page has seen.</summary>
    private Task ListAsync(HttpContext context)
    {
        if (context.Request.Query["seen"] == $"{recorder.Version}")
            return EmptyAsync(context, StatusCodes.Status204NoContent);

        return AnswerAsync(context, UnitViews.List(recorder, new UnitFilter(context.Request.Query)));
    }

    private Task OneAsync(HttpContext context)
    {
        var id = long.Parse((string)context.Request.RouteValues["id"]!, System.Globalization.CultureInfo.InvariantCulture);
        return recorder.Find(id) is { } unit
            ? AnswerAsync(context, UnitViews.One(unit, recorder, options))
            : EmptyAsync(context, StatusCodes.Status404NotFound);
    }

    private Task PlanAsync(HttpContext context)
        => AnswerAsync(context, UnitViews.Plan(services.GetRequiredService<UnitOfWorkPlan>()));

    private static Task AnswerAsync<T>(HttpContext context, T view)
    {
        Page.Protect(context.Response);
        return context.Response.WriteAsJsonAsync(view, Json, context.RequestAborted);
    }

    private static Task EmptyAsync(HttpContext context, int status)
    {
        Page.Protect(context.Response);
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
