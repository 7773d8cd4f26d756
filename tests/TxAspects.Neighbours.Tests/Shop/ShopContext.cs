using Microsoft.EntityFrameworkCore;

namespace TxAspects.Neighbours.Tests;

public sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
{
    public DbSet<Order> Orders => Set<Order>();

    protected override void OnModelCreating(ModelBuilder model)
        => model.Entity<Order>(order =>
        {
            order.ToTable("orders");
            order.Property(row => row.Id).HasColumnName("id");
            order.Property(row => row.Item).HasColumnName("item");
            order.Property(row => row.Quantity).HasColumnName("quantity");
        });
}
