using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TxAspects.Neighbours.Tests.Rpc;

/// <summary>Calls of gRPC under the middleware, over HTTP/2 on loopback.</summary>
[TestClass]
public sealed class GrpcTests : NeighbourTests
{
    private WebApplication? _app;
    private GrpcChannel? _channel;

    private Orders.OrdersClient Client => new(_channel);

    [TestInitialize]
    public async Task StartServerAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddTxConnect("shop", PostgresConnect.Create<ShopContext>, Database.ConnectionString);
        builder.Services.AddGrpc();
        builder.AddTxAspects();
        _app = builder.Build();
        _app.UseTxAspects();
        _app.MapGrpcService<OrdersRpc>();
        await _app.StartAsync();
        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        _channel = GrpcChannel.ForAddress(addresses.Single());
    }

    [TestCleanup]
    public async Task StopServerAsync()
    {
        _channel!.Dispose();
        await _app!.StopAsync();
        await _app.DisposeAsync();
    }

    [TestMethod]
    public async Task Call_commits_before_its_reply_arrives()
    {
        var reply = await Client.PlaceAsync(new PlaceRequest { Item = "tea" });

        Assert.AreEqual(1, reply.Id);
        Assert.AreEqual("tea", await ItemsAsync());
    }

    [TestMethod]
    [DataRow("unicorn", StatusCode.NotFound)]
    [DataRow("dodo", StatusCode.Unknown)]
    public async Task Call_that_fails_rolls_back_and_the_client_gets_its_status(string item, StatusCode status)
    {
        var failure = await Assert.ThrowsExactlyAsync<RpcException>(async () => await Client.PlaceAsync(new PlaceRequest { Item = item }));

        Assert.AreEqual(status, failure.StatusCode);
        Assert.AreEqual("", await ItemsAsync());
    }

    [TestMethod]
    [DataRow("coffee", "tea, coffee")]
    [DataRow("unicorn", "")]
    public async Task Messages_that_a_client_streams_are_one_unit(string second, string kept)
    {
        using var call = Client.PlaceAll();
        await call.RequestStream.WriteAsync(new PlaceRequest { Item = "tea" });
        await call.RequestStream.WriteAsync(new PlaceRequest { Item = second });
        await call.RequestStream.CompleteAsync();
        if (kept.Length > 0)
            await call;
        else
            await Assert.ThrowsExactlyAsync<RpcException>(async () => await call);

        Assert.AreEqual(kept, await ItemsAsync());
    }

    [TestMethod]
    public async Task Rows_that_a_server_streams_come_whole()
    {
        await Client.PlaceAsync(new PlaceRequest { Item = "tea" });
        await Client.PlaceAsync(new PlaceRequest { Item = "coffee" });

        using var call = Client.List(new ListRequest());
        var items = new List<string>();
        await foreach (var row in call.ResponseStream.ReadAllAsync())
            items.Add(row.Item);

        Assert.AreSequenceEqual(["tea", "coffee"], items);
    }
}
