using Microsoft.AspNetCore.Http;
using static TxAspects.AspNetCore.Tests.WaysThroughBody;
using static TxAspects.AspNetCore.Tests.WaysThroughWriter;

namespace TxAspects.AspNetCore.Tests;

/// <summary>Answers with a status, headers, a length, trailers or callbacks of their own.</summary>
internal static class WaysOfHeads
{
    public static IEnumerable<Way> All =>
    [
        new("status 201 with a place", response => WithStatus(response, 201, "made", ("Location", "/there"))),
        new("status 204", response => WithStatus(response, 204)),
        new("status 204, flushed", async response =>
        {
            response.StatusCode = 204;
            await response.Body.FlushAsync();
        }),
        new("status 204, started", async response =>
        {
            response.StatusCode = 204;
            await response.StartAsync();
        }),
        new("status 204 with a body", response => WithStatus(response, 204, "text")) { IsRejected = true },
        new("status 204 with a length and a body", response => WithStatus(response, 204, "text", ("Content-Length", "4")))
        {
            IsRejected = true,
        },
        new("status 204, not flushed", async response =>
        {
            response.StatusCode = 204;
            await Unflushed(response, "text");
        }) { IsRejected = true },
        new("status 205", response => WithStatus(response, 205)),
        new("status 304", response => WithStatus(response, 304, "", ("ETag", "\"1\""))),
        new("status 304 with a length", response => WithStatus(response, 304, "", ("Content-Length", "4"))),
        new("status 304 with a body", response => WithStatus(response, 304, "text")) { IsRejected = true },
        new("status 302", response => WithStatus(response, 302, "", ("Location", "/there"))),
        new("status 404 with a body", response => WithStatus(response, 404, "no")),
        new("status 500 with a body", response => WithStatus(response, 500, "no")),
        new("status after writing, not flushed", async response =>
        {
            await Unflushed(response, "text");
            response.StatusCode = 202;
        }),
        new("headers and cookies", response =>
        {
            response.Cookies.Append("taste", "sweet");
            response.Headers.Append("X-Several", "one");
            response.Headers.Append("X-Several", "two");
            return response.WriteAsync("text");
        }),
        new("length", response => WithLength(response, 4, "text")),
        new("length zero", response => WithLength(response, 0)),
        new("length zero, flushed", async response =>
        {
            response.ContentLength = 0;
            await response.Body.FlushAsync();
        }),
        new("length one", response => WithLength(response, 1, "x")),
        new("length in parts", response => WithLength(response, 6, "one", "two")),
        new("length, not flushed", async response =>
        {
            response.ContentLength = 4;
            await Unflushed(response, "text");
        }),
        new("length, started, writer", async response =>
        {
            response.ContentLength = 7;
            await response.StartAsync();
            await Unflushed(response, "text");
            await response.BodyWriter.FlushAsync();
            await Unflushed(response, "end");
            await response.BodyWriter.FlushAsync();
        }),
        new("length, writer, started behind the whole", async response =>
        {
            response.ContentLength = 4;
            await Unflushed(response, "text");
            await response.StartAsync();
            await response.BodyWriter.FlushAsync();
        }),
        new("length, mixed", async response =>
        {
            response.ContentLength = 8;
            await Unflushed(response, "text");
            await response.Body.WriteAsync(Bytes("text"));
        }),
        new("length, long", response => WithLength(response, Long.Length, Long[..1000], Long[1000..])),
        new("length, whole and flushed", async response =>
        {
            await WithLength(response, 4, "text");
            await response.Body.FlushAsync();
            await response.BodyWriter.FlushAsync();
        }),
        new("length, whole and completed", async response =>
        {
            await WithLength(response, 4, "text");
            await response.CompleteAsync();
        }),
        new("length, synchronous", async response =>
        {
            response.ContentLength = 4;
            response.Body.Write("te"u8);
            response.Body.Write("xt"u8);
            await response.Body.FlushAsync();
        }),
        new("length too long, nothing written", response => WithLength(response, 9)) { IsRejected = true },
        new("length too long", response => WithLength(response, 9, "text")) { IsRejected = true },
        new("length too short", response => WithLength(response, 2, "text")) { IsRejected = true },
        new("length too short, in parts", response => WithLength(response, 4, "one", "two")) { IsRejected = true },
        new("length too short, writer", async response =>
        {
            response.ContentLength = 2;
            await Unflushed(response, "text");
            await response.BodyWriter.FlushAsync();
        }) { IsRejected = true },
        new("callback sets a header", response =>
        {
            response.OnStarting(() => Done(() => response.Headers["X-Late"] = "yes"));
            return response.WriteAsync("text");
        }),
        new("callback sets a header, nothing written", response =>
        {
            response.OnStarting(() => Done(() => response.Headers["X-Late"] = "yes"));
            return Task.CompletedTask;
        }),
        new("callback sets a header, synchronous", response =>
        {
            response.OnStarting(() => Done(() => response.Headers["X-Late"] = "yes"));
            response.Body.Write("text"u8);
            return Task.CompletedTask;
        }),
        new("callback waits", response =>
        {
            response.OnStarting(async () =>
            {
                await Task.Yield();
                response.Headers["X-Late"] = "yes";
            });
            return response.WriteAsync("text");
        }),
        new("callback sets the status", response =>
        {
            response.OnStarting(() => Done(() => response.StatusCode = 202));
            return response.StartAsync();
        }),
        new("callback throws", response =>
        {
            response.OnStarting(() => throw new ApplicationException("on purpose"));
            return response.WriteAsync("text");
        }) { IsRejected = true },
        new("callback of the end", response =>
        {
            response.OnCompleted(() => Task.CompletedTask);
            return response.WriteAsync("text");
        }),
        new("trailers", async response =>
        {
            var mayHaveThem = response.SupportsTrailers();
            if (mayHaveThem)
                response.DeclareTrailer("X-End");
            await response.WriteAsync("text");
            if (mayHaveThem)
                response.AppendTrailer("X-End", "yes");
        }),
        new("trailers without a body", async response =>
        {
            if (response.SupportsTrailers())
                response.AppendTrailer("grpc-status", "0");
            await response.StartAsync();
        }),
        new("connection is closed", response => WithStatus(response, 200, "text", ("Connection", "close"))),
    ];

    private static async Task WithStatus(HttpResponse response, int status, string text = "", params (string Name, string Value)[] headers)
    {
        response.StatusCode = status;
        foreach (var (name, value) in headers)
            response.Headers[name] = value;
        if (text.Length > 0)
            await response.Body.WriteAsync(Bytes(text));
    }

    private static async Task WithLength(HttpResponse response, long length, params string[] parts)
    {
        response.ContentLength = length;
        foreach (var part in parts)
            await response.Body.WriteAsync(Bytes(part));
    }

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
