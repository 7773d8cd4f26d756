using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests.Injection;

// The code of docs/injection.md, which the page has word for word.
public static class OrdersPage
{
    public static void AddShop(this IServiceCollection services)
    {
        services.AddSingleton<SaveCounter>();
        services.AddTxConnect("shop", request => PostgresConnect.Create(request, new PostgresConnectOptions<ShopContext>
        {
            ConfigureContext = options => options.AddInterceptors(request.Services.GetRequiredService<SaveCounter>()),
        }));
    }

    public static void MapOrders(this WebApplication app)
    {
        app.MapPost("/orders/{item}", (string item, ShopContext db) =>
        {
            db.Orders.Add(new Order { Item = item });
            return Results.Created();
        });
    }
}

public sealed class OrderRepository(DbConnect<ShopContext> shop)
{
    private ShopContext Db => Tx.Session(shop);

    public void Add(Order order) => Db.Orders.Add(order);

    public Task<Order?> FindAsync(int id) => Db.Orders.SingleOrDefaultAsync(order => order.Id == id);
}

[ApiController]
[Route("controller/orders")]
public sealed class OrdersController(ShopContext db) : ControllerBase
{
    [HttpPost("{item}")]
    public IActionResult Post(string item)
    {
        db.Orders.Add(new Order { Item = item });
        return Created();
    }
}

public sealed class SaveCounter : SaveChangesInterceptor
{
    private int _count;

    public int Count => _count;

    public override ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _count);
        return new(result);
    }
}
