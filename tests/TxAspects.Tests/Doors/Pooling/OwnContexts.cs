using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>A context on which user code can put something.</summary>
public sealed class StatefulContext(DbContextOptions<StatefulContext> options) : OrderContext(options)
{
    public string? Tenant { get; set; }

    public string? Field;

    public event EventHandler? Noticed;

    public bool HasHandlers => Noticed is not null;
}

/// <summary>The same by its base class.</summary>
public sealed class DerivedContext(DbContextOptions<DerivedContext> options) : TenantOfBaseContext(options);

public abstract class TenantOfBaseContext(DbContextOptions options) : OrderContext(options)
{
    public string? Tenant { get; set; }
}

/// <summary>A context with all that is no state: sets of entities, values that only its constructor sets, private setters.</summary>
public sealed class StatelessContext(DbContextOptions<StatelessContext> options) : OrderContext(options)
{
    public DbSet<Order> Settable { get; set; } = null!;

    public string Fixed { get; init; } = "";

    public string Own { get; private set; } = "";

    public static string? Shared { get; set; }
}

/// <summary>A context whose queries see what its property names, or all.</summary>
public sealed class FilteredContext(DbContextOptions<FilteredContext> options) : OrderContext(options)
{
    public string? Item { get; set; }

    protected override void OnModelCreating(ModelBuilder model)
    {
        base.OnModelCreating(model);
        model.Entity<Order>().HasQueryFilter(order => Item == null || order.Item == Item);
    }
}

public abstract class OrderContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Order> Orders => Set<Order>();

    protected override void OnModelCreating(ModelBuilder model)
    {
        model.Entity<Order>(order =>
        {
            order.ToTable("orders");
            order.Property(one => one.Id).HasColumnName("id");
            order.Property(one => one.Item).HasColumnName("item");
            order.Property(one => one.Quantity).HasColumnName("quantity");
            order.Property(one => one.Code).HasColumnName("code");
            order.Property(one => one.Slot).HasColumnName("slot");
            order.Property(one => one.Version).HasColumnName("version").IsConcurrencyToken();
        });
    }
}
