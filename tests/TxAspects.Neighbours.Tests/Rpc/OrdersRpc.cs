using Grpc.Core;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Neighbours.Tests.Rpc;

/// <summary>Each call is a request, and so a unit. The context is the session of that unit.</summary>
public sealed class OrdersRpc(ShopContext db) : Orders.OrdersBase
{
    public override async Task<PlaceReply> Place(PlaceRequest request, ServerCallContext context)
    {
        var order = db.Orders.Add(new Order { Item = request.Item }).Entity;
        await db.SaveChangesAsync(context.CancellationToken);    // the database gives the id, which the reply has
        return request.Item switch
        {
            "unicorn" => throw new RpcException(new Status(StatusCode.NotFound, "There are no unicorns.")),
            "dodo" => throw new OutOfStockException(),
            _ => new PlaceReply { Id = order.Id },
        };
    }

    public override async Task<PlaceReply> PlaceAll(IAsyncStreamReader<PlaceRequest> requests, ServerCallContext context)
    {
        await foreach (var request in requests.ReadAllAsync(context.CancellationToken))
            await Place(request, context);
        return new PlaceReply();
    }

    public override async Task List(ListRequest request, IServerStreamWriter<Row> rows, ServerCallContext context)
    {
        await foreach (var order in db.Orders.OrderBy(order => order.Id).AsAsyncEnumerable().WithCancellation(context.CancellationToken))
            await rows.WriteAsync(new Row { Item = order.Item });
    }
}
