using Microsoft.EntityFrameworkCore;

namespace TxAspects.Packages.Tests.Shop;

public sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
{
    public DbSet<Order> Orders => Set<Order>();
}
