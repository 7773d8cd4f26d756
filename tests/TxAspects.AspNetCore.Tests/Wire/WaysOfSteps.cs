using Microsoft.AspNetCore.Http;
using static TxAspects.AspNetCore.Tests.WaysThroughBody;
using static TxAspects.AspNetCore.Tests.WaysThroughWriter;

namespace TxAspects.AspNetCore.Tests;

/// <summary>Answers that start, complete, send files, or fail on the way.</summary>
internal static class WaysOfSteps
{
    private static readonly Lazy<string> Stored = new(() =>
    {
        var path = Path.Combine(AppContext.BaseDirectory, "wire.txt");
        File.WriteAllText(path, "from a file");
        return path;
    });

    public static string StoredFile => Stored.Value;

    public static IEnumerable<Way> All =>
    [
        new("start", response => response.StartAsync()),
        new("start twice", async response =>
        {
            await response.StartAsync();
            await response.StartAsync();
        }),
        new("start, then text", async response =>
        {
            await response.StartAsync();
            await response.Body.WriteAsync(Bytes("text"));
        }),
        new("start, then writer, not flushed", async response =>
        {
            await response.StartAsync();
            await Unflushed(response, "text");
        }),
        new("start, then a header", async response =>
        {
            await response.StartAsync();
            response.Headers["X-Late"] = "yes";
        }) { Fails = true },
        new("start, then a status", async response =>
        {
            await response.StartAsync();
            response.StatusCode = 202;
        }) { Fails = true },
        new("start, then a length", async response =>
        {
            await response.StartAsync();
            response.ContentLength = 4;
        }) { Fails = true },
        new("start, then a callback", async response =>
        {
            await response.StartAsync();
            response.OnStarting(() => Task.CompletedTask);
        }) { Fails = true },
        new("start, then what has not started", async response =>
        {
            await response.StartAsync();
            if (!response.HasStarted)
                response.StatusCode = 202;
            await response.Body.WriteAsync(Bytes("text"));
        }),
        new("start, then the removal of a header", async response =>
        {
            response.Headers["X-Early"] = "yes";
            await response.StartAsync();
            response.Headers.Remove("X-Early");
        }) { Fails = true },
        new("start, then a reader of headers", async response =>
        {
            response.Headers["X-Early"] = "yes";
            await response.StartAsync();
            var headers = response.Headers;
            await response.WriteAsync($"{headers["X-Early"]} {headers.ContainsKey("X-None")} {headers.ContentLength}");
        }),
        new("complete", response => response.CompleteAsync()),
        new("complete behind text", async response =>
        {
            await response.WriteAsync("text");
            await response.CompleteAsync();
        }),
        new("complete behind writer, not flushed", async response =>
        {
            await Unflushed(response, "text");
            await response.CompleteAsync();
        }),
        new("start, then complete", async response =>
        {
            await response.StartAsync();
            await response.CompleteAsync();
        }),
        new("complete, then text", async response =>
        {
            await response.WriteAsync("text");
            await response.CompleteAsync();
            await response.WriteAsync("late");
        }),
        new("complete, then failure", async response =>
        {
            await response.WriteAsync("text");
            await response.CompleteAsync();
            throw new ApplicationException("on purpose");
        }) { Fails = true },
        new("file", response => response.SendFileAsync(StoredFile)),
        new("file, a range", response => response.SendFileAsync(StoredFile, 5, 4)),
        new("file, from a place on", response => response.SendFileAsync(StoredFile, 7, null)),
        new("file, nothing of it", response => response.SendFileAsync(StoredFile, 0, 0)),
        new("file, twice", async response =>
        {
            await response.SendFileAsync(StoredFile);
            await response.SendFileAsync(StoredFile, 0, 4);
        }),
        new("file with a length", response =>
        {
            response.ContentLength = 11;
            return response.SendFileAsync(StoredFile);
        }),
        new("file and what is around it", async response =>
        {
            await Unflushed(response, "[");
            await response.SendFileAsync(StoredFile);
            await Unflushed(response, "]");
        }),
        new("file that is missing", response => response.SendFileAsync(StoredFile + ".none")),
        new("file, a range beyond it", response => response.SendFileAsync(StoredFile, 5, 400)),
        new("failure", _ => throw new ApplicationException("on purpose")),
        new("failure behind writer, not flushed", async response =>
        {
            await Unflushed(response, "text");
            throw new ApplicationException("on purpose");
        }) { Fails = true },
        new("failure behind a start", async response =>
        {
            await response.StartAsync();
            throw new ApplicationException("on purpose");
        }) { Fails = true },
        new("failure behind text", async response =>
        {
            await response.Body.WriteAsync(Bytes("text"));
            throw new ApplicationException("on purpose");
        }) { Fails = true },
        new("failure behind a whole length", async response =>
        {
            response.ContentLength = 4;
            await response.Body.WriteAsync(Bytes("text"));
            throw new ApplicationException("on purpose");
        }) { Fails = true },
        new("failure behind a completed writer", async response =>
        {
            await Unflushed(response, "text");
            response.BodyWriter.Complete();
            throw new ApplicationException("on purpose");
        }) { Fails = true },
        new("abort", async response =>
        {
            await response.WriteAsync("text");
            response.HttpContext.Abort();
        }) { Fails = true },
    ];
}
