using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using SampleWeb.Database;
using TxAspects;

namespace SampleWeb.Orders;

/// <summary>Orders over HTTP. The unit is the request's: it is committed before the answer is sent, or rolled back with it.</summary>
internal static class OrdersApi
{
    private const int MostListed = 20;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/orders", PlaceAsync).WithSummary("Places an order.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
                .ProducesProblem(StatusCodes.Status409Conflict);
        routes.MapGet("/orders", ListAsync).WithSummary("The newest orders.");
        routes.MapGet("/orders/export", (IOrderExport export) => new { Orders = export.ReadAllAsync() })
            .WithSummary("All orders, as they are read.");
        routes.MapGet("/orders/{id:guid}", GetAsync).WithSummary("One order.");
    }

    private static async Task<Results<Created<Order>, ValidationProblem>> PlaceAsync(NewOrder wanted, IOrders orders)
    {
        if (wanted.Quantity is < 1 or > 1000 || wanted.Sku is null || !IsName(wanted.Buyer))
            return TypedResults.ValidationProblem(
                new Dictionary<string, string[]> { ["order"] = ["A buyer has 1 to 100 letters, and buys 1 to 1000 pieces."] });

        var order = await orders.PlaceAsync(wanted.Buyer, wanted.Sku, wanted.Quantity);
        return TypedResults.Created($"/orders/{order.Id}", order);
    }

    private static bool IsName(string buyer) => !string.IsNullOrWhiteSpace(buyer) && buyer.Length <= 100 && !buyer.Any(char.IsControl);

    private static async Task<List<Order>> ListAsync(CancellationToken cancellationToken)
    {
        var db = await Tx.SessionAsync(Shop.Master, cancellationToken);
        return await db.Orders.OrderByDescending(order => order.PlacedAt).Take(MostListed).ToListAsync(cancellationToken);
    }

    private static async Task<Results<Ok<Order>, NotFound>> GetAsync(Guid id, CancellationToken cancellationToken)
    {
        var db = await Tx.SessionAsync(Shop.Master, cancellationToken);
        return await db.Orders.SingleOrDefaultAsync(order => order.Id == id, cancellationToken) is { } order
            ? TypedResults.Ok(order)
            : TypedResults.NotFound();
    }
}
