using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>Requests that turn into connections of another kind: the unit ends before.</summary>
[TestClass]
public sealed class SwitchTests : WebTests
{
    private readonly TaskCompletionSource _goOn = new();

    [TestMethod]
    [DataRow(true, HttpProtocols.Http1)]
    [DataRow(false, HttpProtocols.Http1)]
    [DataRow(true, HttpProtocols.Http2)]
    [DataRow(false, HttpProtocols.Http2)]
    public async Task Web_socket_does_not_hold_the_unit(bool inFront, HttpProtocols protocol)
    {
        await StartRawAsync(app =>
        {
            if (inFront)
                app.UseWebSockets();
            app.UseTxAspects();
            if (!inFront)
                app.UseWebSockets();
            app.Map("/", SocketAsync);
        }, builder => builder.WebHost.ConfigureKestrel(
            options => options.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = protocol)));
        using var socket = new ClientWebSocket();
        if (protocol is HttpProtocols.Http2)
            (socket.Options.HttpVersion, socket.Options.HttpVersionPolicy) = (new Version(2, 0), HttpVersionPolicy.RequestVersionExact);
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler());
        await socket.ConnectAsync(
            new UriBuilder(App.Address) { Scheme = "ws" }.Uri, protocol is HttpProtocols.Http2 ? invoker : null, default);

        Assert.AreEqual(0, Master.ConnectionsLeased);
        Assert.AreEqual("tea", await Master.ItemsAsync());
        Assert.AreEqual(UnitOfWorkState.Committed, App.Outcomes.Single().State);

        _goOn.SetResult();
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, default);
        Assert.AreEqual("UnitOfWorkEndedException", Encoding.ASCII.GetString(buffer, 0, received.Count));
        Assert.AreEqual("tea,while connected", await Master.ItemsAsync());
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
    }

    [TestMethod]
    public async Task Commit_that_fails_refuses_the_web_socket()
    {
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity, slot) VALUES ('first', 1, 7)");
        await StartAsync(app =>
        {
            app.UseWebSockets();
            app.Map("/", async (HttpContext context) =>
            {
                (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = "second", Slot = 7 });
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
            });
        });
        using var socket = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } };

        await Assert.ThrowsExactlyAsync<WebSocketException>(
            () => socket.ConnectAsync(new UriBuilder(App.Address) { Scheme = "ws" }.Uri, default));

        Assert.AreEqual(500, (int)socket.HttpStatusCode);
    }

    [TestMethod]
    public async Task Other_upgrades_do_not_hold_the_unit_either()
    {
        await StartAsync(app => app.MapGet("/", async (HttpContext context) =>
        {
            await InsertAsync("tea");
            await using var stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
            await stream.WriteAsync("hello"u8.ToArray());
            await _goOn.Task;
        }));
        using var request = await RawRequest.SendAsync(App.Address, "/", "Connection: Upgrade\r\nUpgrade: chat\r\n");
        StringAssert.StartsWith(await request.ReadUntilAsync("hello"), "HTTP/1.1 101");

        Assert.AreEqual(0, Master.ConnectionsLeased);
        Assert.AreEqual("tea", await Master.ItemsAsync());
        _goOn.SetResult();
    }

    private async Task SocketAsync(HttpContext context)
    {
        await InsertAsync("tea");
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await _goOn.Task;
        var refused = await Assert.ThrowsExactlyAsync<UnitOfWorkEndedException>(() => InsertAsync("late"));
        await Tx.RunInNewContextAsync(() => InsertAsync("while connected"));
        await socket.SendAsync(Encoding.ASCII.GetBytes(refused.GetType().Name), WebSocketMessageType.Text, endOfMessage: true, default);
        await socket.ReceiveAsync(new byte[10], default);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
    }
}
