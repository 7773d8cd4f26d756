using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using SampleConsole.Ledger;
using SampleConsole.Orders;
using SampleConsole.Report;
using SampleConsole.Stock;

namespace SampleConsole.Database;

/// <summary>An ordinary EF Core context: it knows nothing of units of work.</summary>
public sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
{
    public DbSet<Customer> Customers => Set<Customer>();

    public DbSet<Product> Products => Set<Product>();

    public DbSet<Order> Orders => Set<Order>();

    public DbSet<LedgerEntry> LedgerEntries => Set<LedgerEntry>();

    public DbSet<DailySummary> DailySummaries => Set<DailySummary>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Customer>().HasKey(customer => customer.Number);
        modelBuilder.Entity<Product>().HasKey(product => product.Sku);
        modelBuilder.Entity<Order>(order =>
        {
            order.HasKey(o => o.Number);
            order.HasMany(o => o.Lines).WithOne().HasForeignKey(line => line.OrderNumber);
        });
        modelBuilder.Entity<OrderLine>().ToTable("order_lines").HasKey(line => new { line.OrderNumber, line.Position });
        modelBuilder.Entity<LedgerEntry>(entry =>
        {
            entry.HasKey(e => new { e.OrderNumber, e.Account });
            entry.HasOne<Order>().WithMany().HasForeignKey(e => e.OrderNumber);
        });
        modelBuilder.Entity<DailySummary>(summary =>
        {
            summary.HasKey(s => s.Day);
            summary.Property(s => s.Status).HasConversion<string>();
        });
        UseSnakeCase(modelBuilder);
    }

    private static void UseSnakeCase(ModelBuilder modelBuilder)
    {
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            entity.SetTableName(JsonNamingPolicy.SnakeCaseLower.ConvertName(entity.GetTableName()!));
            foreach (var property in entity.GetProperties())
                property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
        }
    }
}
