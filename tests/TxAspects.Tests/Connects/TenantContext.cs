using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>A context whose constructor takes more than its options, so that it cannot be pooled.</summary>
public sealed class TenantContext(DbContextOptions<TenantContext> options, string tenant) : DbContext(options)
{
    public DbSet<TenantOrder> Orders => Set<TenantOrder>();

    public string Tenant => tenant;

    /// <summary>Called when EF Core disposes the context.</summary>
    public Action Disposed { get; init; } = () => { };

    public override void Dispose()
    {
        base.Dispose();
        Disposed();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Disposed();
    }

    protected override void OnModelCreating(ModelBuilder model)
    {
        model.Entity<TenantOrder>(order =>
        {
            order.ToTable("orders");
            order.Property(one => one.Id).HasColumnName("id");
            order.Property(one => one.Item).HasColumnName("item");
            order.Property(one => one.Quantity).HasColumnName("quantity");
        });
    }
}

public sealed class TenantOrder
{
    public int Id { get; set; }

    public string Item { get; set; } = "";

    public int Quantity { get; set; } = 1;
}
