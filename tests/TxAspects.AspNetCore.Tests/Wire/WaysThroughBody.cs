using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace TxAspects.AspNetCore.Tests;

/// <summary>Answers through Response.Body, asynchronously and synchronously.</summary>
internal static class WaysThroughBody
{
    public static readonly string Long = string.Join(' ', Enumerable.Range(0, 20_000));

    public static IEnumerable<Way> All =>
    [
        new("body: nothing", _ => Task.CompletedTask),
        new("body: text", response => response.Body.WriteAsync(Bytes("text")).AsTask()),
        new("body: part of an array", response => response.Body.WriteAsync(Bytes("xtextx"), 1, 4)),
        new("body: begin and end", response
            => Task.Factory.FromAsync(response.Body.BeginWrite, response.Body.EndWrite, Bytes("text"), 0, 4, null)),
        new("body: many", async response =>
        {
            for (var n = 0; n < 50; n++)
                await response.Body.WriteAsync(Bytes($"{n} "));
        }),
        new("body: empty", response => response.Body.WriteAsync(Array.Empty<byte>()).AsTask()),
        new("body: empty, then text", async response =>
        {
            await response.Body.WriteAsync(Array.Empty<byte>());
            await response.Body.WriteAsync(Bytes("text"));
        }),
        new("body: flush", response => response.Body.FlushAsync()),
        new("body: text, flush, text", async response =>
        {
            await response.Body.WriteAsync(Bytes("one"));
            await response.Body.FlushAsync();
            await response.Body.WriteAsync(Bytes("two"));
        }),
        new("body: flush, text", async response =>
        {
            await response.Body.FlushAsync();
            await response.Body.WriteAsync(Bytes("text"));
        }),
        new("body: long", response => response.Body.WriteAsync(Bytes(Long)).AsTask()),
        new("body: text writer", async response =>
        {
            await using var text = new StreamWriter(response.Body);
            await text.WriteAsync(Long);
        }),
        new("body: text writer, left open", async response =>
        {
            await using var text = new StreamWriter(response.Body, leaveOpen: true);
            await text.WriteAsync("text");
        }),
        new("body: copy", response => new MemoryStream(Bytes(Long)).CopyToAsync(response.Body)),
        new("body: disposed, then text", async response =>
        {
            await response.Body.DisposeAsync();
            await response.Body.WriteAsync(Bytes("text"));
        }),
        new("body: replaced for a while", async response =>
        {
            var body = response.Body;
            using var buffer = new MemoryStream();
            response.Body = buffer;
            await response.WriteAsync("text");
            response.Body = body;
            buffer.Position = 0;
            await buffer.CopyToAsync(body);
        }),
        new("body: packed", async response =>
        {
            await using var zip = new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
            await zip.WriteAsync(Bytes(Long));
        }),
        new("body: text of the extension", response => response.WriteAsync("text")),
        new("body: two texts of the extension", async response =>
        {
            await response.WriteAsync("one");
            await response.WriteAsync("two");
        }),
        new("synchronous: array", response => At(() => response.Body.Write(Bytes("text"), 0, 4))),
        new("synchronous: span", response => At(() => response.Body.Write("text"u8))),
        new("synchronous: byte", response => At(() => response.Body.WriteByte(65))),
        new("synchronous: flush", response => At(response.Body.Flush)),
        new("synchronous: long", response => At(() => response.Body.Write(Bytes(Long)))),
        new("synchronous, then asynchronous", async response =>
        {
            response.Body.Write("one"u8);
            await response.Body.WriteAsync(Bytes("two"));
        }),
        new("asynchronous, then synchronous", async response =>
        {
            await response.Body.WriteAsync(Bytes("one"));
            response.Body.Write("two"u8);
        }),
        new("start, then synchronous", async response =>
        {
            await response.StartAsync();
            response.Body.Write("text"u8);
        }),
        new("synchronous text writer", response => At(() =>
        {
            using var text = new StreamWriter(response.Body);
            text.Write(Long);
        })),
    ];

    internal static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private static Task At(Action answer)
    {
        answer();
        return Task.CompletedTask;
    }
}
