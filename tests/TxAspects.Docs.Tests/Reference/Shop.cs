using Microsoft.EntityFrameworkCore;

namespace TxAspects.Docs.Tests.Reference;

public sealed class Order
{
    public int Id { get; init; }

    public required string Item { get; init; }
}

public sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
{
    public DbSet<Order> Orders => Set<Order>();
}

public sealed class LedgerEntry
{
    public int Id { get; init; }

    public required string Text { get; init; }
}

public sealed class LedgerContext(DbContextOptions<LedgerContext> options) : DbContext(options)
{
    public DbSet<LedgerEntry> Entries => Set<LedgerEntry>();
}

public interface IOrders
{
    [UnitOfWork]
    Task PlaceAsync(Order order);
}

public sealed class Orders(DbConnect<ShopContext> shop) : IOrders
{
    public async Task PlaceAsync(Order order) => (await Tx.SessionAsync(shop)).Orders.Add(order);
}

public class Invoices
{
    [UnitOfWork]
    public virtual void Write()
    {
    }
}

public sealed record Result(bool IsFailure);

public interface ICurrentUser;

public sealed class CurrentUser : ICurrentUser;

public interface IOrderRepository
{
    void Add(Order order);
}

public sealed class OrderRepository(ShopContext db) : IOrderRepository
{
    public void Add(Order order) => db.Orders.Add(order);
}

public interface IOrderService
{
    [UnitOfWork]
    Task PlaceAsync(string item);
}

public sealed class OrderService(IOrderRepository orders) : IOrderService
{
    public Task PlaceAsync(string item)
    {
        orders.Add(new Order { Item = item });
        return Task.CompletedTask;
    }
}
