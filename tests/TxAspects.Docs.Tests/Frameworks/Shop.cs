using Microsoft.EntityFrameworkCore;
using TxAspects.Docs.Tests.Reference;

namespace TxAspects.Docs.Tests.Frameworks;

/// <summary>A static connect as an application may have one. Tests lead it to a database.</summary>
public static class Shop
{
    public static DbConnect<ShopContext> Master { get; }
        = PostgresConnect.Create<ShopContext>("Host=127.0.0.1;Port=1;Database=none;Timeout=2", "shop");

    public static async Task MigrateAsync(string connectionString)
    {
        await using var db = new ShopContext(new DbContextOptionsBuilder<ShopContext>().UseNpgsql(connectionString).Options);
        await db.Database.EnsureCreatedAsync();
    }
}
