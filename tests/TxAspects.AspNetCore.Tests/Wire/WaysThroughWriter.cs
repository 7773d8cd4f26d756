using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using static TxAspects.AspNetCore.Tests.WaysThroughBody;

namespace TxAspects.AspNetCore.Tests;

/// <summary>Answers through Response.BodyWriter, alone and mixed with the body.</summary>
internal static class WaysThroughWriter
{
    public static IEnumerable<Way> All =>
    [
        new("writer: text", async response =>
        {
            response.BodyWriter.Write("text"u8);
            await response.BodyWriter.FlushAsync();
        }),
        new("writer: not flushed", response => Unflushed(response, "text")),
        new("writer: memory", async response =>
        {
            Bytes("text").CopyTo(response.BodyWriter.GetMemory(4));
            response.BodyWriter.Advance(4);
            await response.BodyWriter.FlushAsync();
        }),
        new("writer: nothing advanced", async response =>
        {
            response.BodyWriter.GetSpan(10);
            response.BodyWriter.Advance(0);
            await response.BodyWriter.FlushAsync();
        }),
        new("writer: write", async response => await response.BodyWriter.WriteAsync(Bytes("text"))),
        new("writer: write of nothing", async response => await response.BodyWriter.WriteAsync(Array.Empty<byte>())),
        new("writer: long, not flushed", response => Unflushed(response, Long)),
        new("writer: long, in parts", async response =>
        {
            foreach (var part in Long.Chunk(10_000))
            {
                response.BodyWriter.Write(Bytes(new string(part)));
                await response.BodyWriter.FlushAsync();
            }
        }),
        new("writer: flush", async response => await response.BodyWriter.FlushAsync()),
        new("writer: two flushes", async response =>
        {
            await response.BodyWriter.FlushAsync();
            await response.BodyWriter.FlushAsync();
        }),
        new("writer: completed", async response =>
        {
            await Unflushed(response, "text");
            response.BodyWriter.Complete();
        }),
        new("writer: completed asynchronously", async response =>
        {
            await Unflushed(response, "text");
            await response.BodyWriter.CompleteAsync();
        }),
        new("writer: completed empty", async response => await response.BodyWriter.CompleteAsync()),
        new("writer: completed with an exception", async response =>
        {
            await Unflushed(response, "text");
            response.BodyWriter.Complete(new ApplicationException("on purpose"));
        }),
        new("writer: completed, then text", async response =>
        {
            await Unflushed(response, "text");
            response.BodyWriter.Complete();
            await response.Body.WriteAsync(Bytes("late"));
        }),
        new("writer: completed twice", async response =>
        {
            await Unflushed(response, "text");
            await response.BodyWriter.CompleteAsync();
            await response.BodyWriter.CompleteAsync();
        }),
        new("writer as stream", async response =>
        {
            await using var stream = response.BodyWriter.AsStream();
            await stream.WriteAsync(Bytes("text"));
        }),
        new("writer as stream, left open", async response =>
        {
            await using var stream = response.BodyWriter.AsStream(leaveOpen: true);
            await stream.WriteAsync(Bytes("text"));
        }),
        new("writer as stream, empty", async response => await response.BodyWriter.AsStream().DisposeAsync()),
        new("writer as stream, text writer", async response =>
        {
            await using var text = new StreamWriter(response.BodyWriter.AsStream());
            await text.WriteAsync(Long);
        }),
        new("mixed: body, writer, body", async response =>
        {
            await response.Body.WriteAsync(Bytes("1"));
            await Unflushed(response, "2");
            await response.Body.WriteAsync(Bytes("3"));
        }),
        new("mixed: writer, body, writer", async response =>
        {
            await Unflushed(response, "1");
            await response.Body.WriteAsync(Bytes("2"));
            await Unflushed(response, "3");
        }),
        new("mixed: writer, start, writer, body", async response =>
        {
            await Unflushed(response, "1");
            await response.StartAsync();
            await Unflushed(response, "2");
            await response.Body.WriteAsync(Bytes("3"));
        }),
        new("mixed: start, writer, flush of the body", async response =>
        {
            await response.StartAsync();
            await Unflushed(response, "1");
            await response.Body.FlushAsync();
            await Unflushed(response, "2");
        }),
        new("mixed: body, then completed", async response =>
        {
            await response.Body.WriteAsync(Bytes("1"));
            await response.BodyWriter.CompleteAsync();
        }),
        new("mixed: writer, synchronous, writer", async response =>
        {
            await Unflushed(response, "1");
            response.Body.Write("2"u8);
            await Unflushed(response, "3");
        }),
        new("mixed: writer, start, writer, synchronous", async response =>
        {
            await Unflushed(response, "1");
            await response.StartAsync();
            await Unflushed(response, "2");
            response.Body.Write("3"u8);
        }),
        new("mixed: many in turn", async response =>
        {
            for (var n = 0; n < 30; n++)
            {
                await Unflushed(response, $"{n}-");
                if (n % 3 == 0)
                    await response.Body.WriteAsync(Bytes($"{n}+"));
                if (n % 7 == 0)
                    await response.BodyWriter.FlushAsync();
            }
        }),
        new("mixed: extension, writer, body", async response =>
        {
            await response.WriteAsync("1");
            await Unflushed(response, "2");
            await response.Body.WriteAsync(Bytes("3"));
        }),
        new("buffering is off", async response =>
        {
            response.HttpContext.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
            await response.Body.WriteAsync(Bytes("text"));
        }),
    ];

    internal static Task Unflushed(HttpResponse response, string text)
    {
        response.BodyWriter.Write(Bytes(text));
        return Task.CompletedTask;
    }
}
