using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using SampleWeb.Ledger;
using SampleWeb.Notes;
using SampleWeb.Orders;
using SampleWeb.Stock;

namespace SampleWeb.Database;

/// <summary>An ordinary EF Core context: it knows nothing of units of work.</summary>
public sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
{
    public DbSet<Product> Products => Set<Product>();

    public DbSet<Order> Orders => Set<Order>();

    public DbSet<LedgerEntry> LedgerEntries => Set<LedgerEntry>();

    public DbSet<StockMovement> StockMovements => Set<StockMovement>();

    public DbSet<Note> Notes => Set<Note>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Product>().HasKey(product => product.Sku);
        modelBuilder.Entity<Order>(order =>
        {
            order.Property(o => o.PlacedAt).HasDefaultValueSql("now()");
            order.HasOne<Product>().WithMany().HasForeignKey(o => o.Sku);
        });
        modelBuilder.Entity<LedgerEntry>(entry =>
        {
            entry.HasKey(e => new { e.OrderId, e.Account });
            entry.HasOne<Order>().WithMany().HasForeignKey(e => e.OrderId);
        });
        modelBuilder.Entity<StockMovement>(movement =>
        {
            movement.HasOne<Order>().WithMany().HasForeignKey(m => m.OrderId);
            movement.HasOne<Product>().WithMany().HasForeignKey(m => m.Sku);
        });
        modelBuilder.Entity<Note>().Property(note => note.NotedAt).HasDefaultValueSql("now()");
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
