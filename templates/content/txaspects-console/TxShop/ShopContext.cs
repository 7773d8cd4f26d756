using Microsoft.EntityFrameworkCore;

namespace TxShop;

/// <summary>An ordinary context. Its options are the only parameter of its constructor, so it is pooled.</summary>
public sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
{
    public DbSet<Order> Orders => Set<Order>();
}
