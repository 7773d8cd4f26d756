using Microsoft.EntityFrameworkCore;

namespace TxAspects.Benchmarks.Units;

/// <summary>What is done with a context, whoever made it and whoever ends its transaction.</summary>
internal static class Items
{
    public const int Some = 500;
    public const int Many = 10;

    public static Item New() => new() { Name = "tea", Amount = 3 };

    public static async Task InsertItemsAsync(this ItemsContext db, int count = 1)
    {
        for (var i = 0; i < count; i++)
            db.Items.Add(New());
        await db.SaveChangesAsync();
    }

    /// <summary>Changes a row that is known without reading it.</summary>
    public static void ChangeOne(this ItemsContext db)
    {
        var item = new Item { Id = Some, Name = "tea", Amount = 3 };
        db.Attach(item);
        item.Amount = Random.Shared.Next(4, 1000);
    }

    public static async Task ReadOneAsync(this ItemsContext db)
    {
        var id = (long)Some;
        _ = await db.Items.FirstOrDefaultAsync(item => item.Id == id);
    }
}
