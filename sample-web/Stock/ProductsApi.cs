using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using SampleWeb.Database;
using TxAspects;

namespace SampleWeb.Stock;

/// <summary>Products over HTTP.</summary>
internal static class ProductsApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/products", ListAsync).WithSummary("What the shop sells, and how much is left.");
        routes.MapPost("/products/{sku}/supplies", SupplyAsync).WithSummary("Puts new goods on the shelf.")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<List<Product>> ListAsync(CancellationToken cancellationToken)
    {
        var db = await Tx.SessionAsync(Shop.Master, cancellationToken);
        return await db.Products.OrderBy(product => product.Sku).ToListAsync(cancellationToken);
    }

    private static async Task<Results<NoContent, ValidationProblem>> SupplyAsync(string sku, Supply supply, IStock stock)
    {
        if (supply.Quantity is < 1 or > 1_000_000)
            return TypedResults.ValidationProblem(
                new Dictionary<string, string[]> { ["quantity"] = ["A supply has 1 to 1,000,000 pieces."] });

        await stock.SupplyAsync(sku, supply.Quantity);
        return TypedResults.NoContent();
    }
}
