using System.Net.ServerSentEvents;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using static TxAspects.AspNetCore.Tests.WaysThroughBody;

namespace TxAspects.AspNetCore.Tests;

/// <summary>Answers of the framework: results, action results, views.</summary>
internal static class WaysOfResults
{
    public static IEnumerable<Way> All =>
    [
        Of("text", () => Results.Text("text")),
        Of("json", () => Results.Json(new { Name = "tea", Quantity = 3 })),
        Of("json, long", () => Results.Json(Enumerable.Range(0, 20_000))),
        Of("json, a sequence", () => Results.Json(CountAsync())),
        Of("json, sequences as properties", () => Results.Json(new { First = CountAsync(), Second = CountAsync() })),
        Of("ok", () => Results.Ok("text")),
        Of("created", () => Results.Created("/there", new { Id = 1 })),
        Of("accepted", () => Results.Accepted("/there")),
        Of("no content", Results.NoContent),
        Of("redirect", () => Results.Redirect("/there")),
        Of("not found", () => Results.NotFound(new { Why = "no tea" })),
        Of("problem", () => Results.Problem("no", statusCode: 418)),
        Of("validation problem", () => Results.ValidationProblem(new Dictionary<string, string[]> { ["name"] = ["none"] })),
        Of("status", () => Results.StatusCode(304)),
        Of("nothing", () => Results.Empty),
        Of("bytes", () => Results.Bytes(Bytes("text"))),
        Of("bytes with a tag", () => Results.Bytes(Bytes("text"), entityTag: new EntityTagHeaderValue("\"1\""))),
        Of("stream", () => Results.Stream(new MemoryStream(Bytes(Long)))),
        Of("stream by a function", () => Results.Stream(stream => stream.WriteAsync(Bytes(Long)).AsTask())),
        Of("file", () => Results.File(WaysOfSteps.StoredFile, "text/plain")),
        Of("events", () => TypedResults.ServerSentEvents(CountAsync())),
        Of("events with ids", () => TypedResults.ServerSentEvents(EventsAsync())),
        new("result: a range of a file", response =>
        {
            response.HttpContext.Request.Headers.Range = "bytes=2-5";
            return Results.File(WaysOfSteps.StoredFile, "text/plain", enableRangeProcessing: true).ExecuteAsync(response.HttpContext);
        }),
        new("result: ranges beyond a file", response =>
        {
            response.HttpContext.Request.Headers.Range = "bytes=200-500";
            return Results.File(WaysOfSteps.StoredFile, "text/plain", enableRangeProcessing: true).ExecuteAsync(response.HttpContext);
        }),
        new("result: json of the extension", response => response.WriteAsJsonAsync(new { Name = "tea" })),
        Action("object", () => new ObjectResult(new { Name = "tea" })),
        Action("object, not found", () => new NotFoundObjectResult(new { Why = "no tea" })),
        Action("content", () => new ContentResult { Content = "text" }),
        Action("json", () => new JsonResult(new { Name = "tea" })),
        Action("file", () => new PhysicalFileResult(WaysOfSteps.StoredFile, "text/plain")),
        Action("file of bytes", () => new FileContentResult(Bytes("text"), "text/plain")),
        Action("status", () => new StatusCodeResult(202)),
        Action("view", () => new PartialViewResult
        {
            ViewName = "/Pages/_Wire.cshtml",
            ViewData = new ViewDataDictionary<string>(new EmptyModelMetadataProvider(), new ModelStateDictionary()) { Model = "tea" },
        }),
    ];

    private static Way Of(string name, Func<IResult> result)
        => new($"result: {name}", response => result().ExecuteAsync(response.HttpContext));

    private static Way Action(string name, Func<IActionResult> result)
        => new($"action: {name}", response => result().ExecuteResultAsync(ContextOf(response)));

    private static ActionContext ContextOf(HttpResponse response) => new(response.HttpContext, new RouteData(), new ActionDescriptor());

    private static async IAsyncEnumerable<int> CountAsync()
    {
        for (var n = 0; n < 5; n++)
        {
            await Task.Yield();
            yield return n;
        }
    }

    private static async IAsyncEnumerable<SseItem<int>> EventsAsync()
    {
        await foreach (var n in CountAsync())
            yield return new SseItem<int>(n) { EventId = $"{n}" };
    }
}
