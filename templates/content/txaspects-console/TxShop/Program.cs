#if (autofac)
using Autofac;
#else
using Microsoft.Extensions.DependencyInjection;
#endif
using TxAspects;
using TxShop;

await using var database = await ShopDatabase.FindAsync(Environment.GetEnvironmentVariable("ConnectionStrings__shop"));
await using var services = ShopServices.Build(database.ConnectionString);
#if (autofac)
await services.Resolve<DbConnect<ShopContext>>().EnsureCreatedAsync();
var orders = services.Resolve<IOrders>();
#else
await services.GetRequiredService<DbConnect<ShopContext>>().EnsureCreatedAsync();
var orders = services.GetRequiredService<IOrders>();
#endif

await orders.PlaceAsync("tea", quantity: 1);
Console.WriteLine("Committed: an order of 1 tea.");

try
{
    await orders.PlaceAsync("coffee", quantity: 100);
}
catch (OutOfStockException exception)
{
    Console.WriteLine($"Rolled back: an order of 100 coffee. {exception.Message}");
}

foreach (var order in await orders.ListAsync())
    Console.WriteLine($"In the database: {order.Quantity} {order.Item}.");
