using System.Buffers;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>Every way to answer: the row is there before the answer, and the answer is what it would be without a unit.</summary>
[TestClass]
public sealed class BodyTests : WebTests
{
    private static readonly string Long = string.Join(' ', Enumerable.Range(0, 3_000));

    [TestMethod]
    [DataRow("write")]
    [DataRow("write array")]
    [DataRow("begin write")]
    [DataRow("write many")]
    [DataRow("flush only")]
    [DataRow("stream writer")]
    [DataRow("pipe")]
    [DataRow("pipe, long")]
    [DataRow("pipe, not flushed")]
    [DataRow("pipe, completed")]
    [DataRow("pipe, completed asynchronously")]
    [DataRow("pipe, then stream")]
    [DataRow("start, then write")]
    [DataRow("start only")]
    [DataRow("complete")]
    [DataRow("send file")]
    [DataRow("sync write")]
    [DataRow("sync byte")]
    [DataRow("sync flush")]
    [DataRow("length")]
    [DataRow("results stream")]
    [DataRow("results file")]
    [DataRow("buffered by the endpoint")]
    public async Task Answer_is_the_same_and_its_row_is_there(string way)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "from a file");
        try
        {
            await StartAsync(app =>
            {
                app.MapGet("/plain", context => AnswerAsync(way, context, file)).WithoutUnitOfWork();
                app.MapGet("/unit", async context =>
                {
                    await InsertAsync("tea");
                    await AnswerAsync(way, context, file);
                });
            }, AllowSynchronousIO);
            using var plain = await RawRequest.SendAsync(App.Address, "/plain", "Connection: close\r\n");
            using var unit = await RawRequest.SendAsync(App.Address, "/unit", "Connection: close\r\n");

            var first = await unit.ReadByteAsync();
            var rows = await Master.CountAsync();

            Assert.AreEqual(Normal(await plain.ReadToEndAsync()), Normal((char)first! + await unit.ReadToEndAsync()));
            Assert.AreEqual(1, rows);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [TestMethod]
    [DataRow("write")]
    [DataRow("pipe")]
    [DataRow("pipe, not flushed")]
    [DataRow("pipe, completed")]
    [DataRow("pipe, then stream")]
    [DataRow("flush only")]
    [DataRow("start only")]
    [DataRow("complete")]
    [DataRow("send file")]
    [DataRow("sync write")]
    [DataRow("sync flush")]
    [DataRow("results stream")]
    public async Task Commit_that_fails_leaves_nothing_of_the_answer(string way)
    {
        var file = Path.GetTempFileName();
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity, slot) VALUES ('first', 1, 7)");
        await StartAsync(app => app.MapGet("/", async context =>
        {
            (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = "second", Slot = 7 });
            await AnswerAsync(way, context, file);
        }), AllowSynchronousIO);

        using var response = await App.Client.GetAsync("/");

        Assert.AreEqual(HttpStatusCode.InternalServerError, response.StatusCode);
        StringAssert.StartsWith(await response.Content.ReadAsStringAsync(), "{\"type\":");
        File.Delete(file);
    }

    [TestMethod]
    public async Task Synchronous_write_that_the_server_forbids_commits_nothing()
    {
        await StartAsync(app => app.MapGet("/", async (HttpResponse response) =>
        {
            await InsertAsync("tea");
            response.Body.Write("done"u8);
        }));

        await AssertAnswerAsync(500, "/");

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Head_request_commits()
    {
        await StartAsync(app => app.MapMethods("/", ["HEAD"], async () =>
        {
            await InsertAsync("tea");
            return Results.Text(Long);
        }));

        await AssertAnswerAsync(200, "/", HttpMethod.Head);

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(true, false)]
    [DataRow(false, true)]
    [DataRow(true, true)]
    public async Task Compression_on_either_side_changes_nothing(bool before, bool after)
    {
        await StartRawAsync(app =>
        {
            app.UseExceptionHandler();
            if (before)
                app.UseResponseCompression();
            app.UseTxAspects();
            if (after)
                app.UseResponseCompression();
            app.MapGet("/", async () =>
            {
                await InsertAsync("tea");
                return Long;
            });
        }, builder => builder.Services.AddResponseCompression());
        using var request = await RawRequest.SendAsync(App.Address, "/", "Accept-Encoding: gzip\r\nConnection: close\r\n");

        await request.ReadByteAsync();
        var rows = await Master.CountAsync();

        StringAssert.Contains(await request.ReadToEndAsync(), "Content-Encoding: gzip");
        Assert.AreEqual(1, rows);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Answer_from_the_output_cache_opens_no_unit_where_the_cache_is_in_front(bool inFront)
    {
        await StartRawAsync(app =>
        {
            if (inFront)
                app.UseOutputCache();
            app.UseTxAspects();
            if (!inFront)
                app.UseOutputCache();
            app.MapGet("/", async () =>
            {
                await InsertAsync("tea");
                return "cached";
            }).CacheOutput();
        }, builder => builder.Services.AddOutputCache());

        Assert.AreEqual("cached", await App.Client.GetStringAsync("/"));
        Assert.AreEqual("cached", await App.Client.GetStringAsync("/"));

        Assert.AreEqual("tea", await Master.ItemsAsync());
        Assert.HasCount(inFront ? 1 : 2, App.Outcomes);
    }

    private static void AllowSynchronousIO(IServiceCollection services)
        => services.Configure<KestrelServerOptions>(options => options.AllowSynchronousIO = true);

    private static async Task AnswerAsync(string way, HttpContext context, string file)
    {
        var response = context.Response;
        var writer = response.BodyWriter;
        switch (way)
        {
            case "write": await response.WriteAsync("text"); break;
            case "write array": await response.Body.WriteAsync(Encoding.ASCII.GetBytes("xtextx"), 1, 4); break;
            case "begin write": await Task.Factory.FromAsync(
                response.Body.BeginWrite, response.Body.EndWrite, Encoding.ASCII.GetBytes("text"), 0, 4, null); break;
            case "write many":
                foreach (var word in Long.Split(' ').Take(100))
                    await response.WriteAsync(word);
                break;
            case "flush only": await response.Body.FlushAsync(); break;
            case "stream writer":
                await using (var text = new StreamWriter(response.Body))
                    await text.WriteAsync(Long);
                break;
            case "pipe":
                writer.Write("text"u8);
                await writer.FlushAsync();
                writer.Write("more"u8);
                await writer.FlushAsync();
                break;
            case "pipe, long":
                writer.Write(Encoding.ASCII.GetBytes(Long));
                await writer.WriteAsync(Encoding.ASCII.GetBytes(Long));
                break;
            case "pipe, not flushed": writer.Write("text"u8); break;
            case "pipe, completed":
                writer.Write("text"u8);
                writer.Complete();
                break;
            case "pipe, completed asynchronously":
                writer.Write("text"u8);
                await writer.CompleteAsync();
                break;
            case "pipe, then stream":
                writer.Write("text"u8);
                await response.WriteAsync("stream");
                break;
            case "start, then write":
                await response.StartAsync();
                await response.WriteAsync("text");
                break;
            case "start only": await response.StartAsync(); break;
            case "complete":
                await response.WriteAsync("text");
                await response.CompleteAsync();
                break;
            case "send file": await response.SendFileAsync(file); break;
            case "sync write": response.Body.Write("text"u8); break;
            case "sync byte": response.Body.WriteByte(65); break;
            case "sync flush":
                writer.Write("text"u8);
                response.Body.Flush();
                break;
            case "length":
                response.ContentLength = 4;
                await response.WriteAsync("text");
                break;
            case "results stream": await Results.Stream(stream => stream.WriteAsync(Encoding.ASCII.GetBytes(Long)).AsTask())
                .ExecuteAsync(context); break;
            case "results file": await Results.File(file, "text/plain").ExecuteAsync(context); break;
            case "buffered by the endpoint":
                var body = response.Body;
                using (var buffer = new MemoryStream())
                {
                    response.Body = buffer;
                    await response.WriteAsync(Long);
                    response.Body = body;
                    buffer.Position = 0;
                    await buffer.CopyToAsync(body);
                }

                break;
            default: throw new ArgumentException(way);
        }
    }

    /// <summary>Without the time, and without the borders of chunks, which may be cut differently.</summary>
    private static string Normal(string answer)
    {
        var (head, body) = (answer[..answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)],
            answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        head = string.Join("\r\n", head.Split("\r\n").Where(line => !line.StartsWith("Date:", StringComparison.Ordinal)));
        if (!head.Contains("chunked", StringComparison.Ordinal))
            return $"{head}\n{body}";

        var text = new StringBuilder($"{head}\n");
        while (body.Length > 0)
        {
            var end = body.IndexOf("\r\n", StringComparison.Ordinal);
            var length = int.Parse(body[..end], System.Globalization.NumberStyles.HexNumber, null);
            text.Append(length == 0 ? "(complete)" : body.AsSpan(end + 2, length));
            body = body[(end + 4 + length)..];
        }

        return text.ToString();
    }
}
