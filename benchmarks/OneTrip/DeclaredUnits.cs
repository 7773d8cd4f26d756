using TxAspects.Benchmarks.Units;

namespace TxAspects.Benchmarks.OneTrip;

/// <summary>TxAspects, in the style that its documentation shows.</summary>
public sealed class DeclaredUnits(DbConnect<ItemsContext> connect) : IDeclaredUnits
{
    public async Task InsertAsync() => (await Tx.SessionAsync(connect)).Items.Add(Items.New());

    public async Task UpdateAsync() => (await Tx.SessionAsync(connect)).ChangeOne();

    public async Task DeleteAsync(long id) => (await Tx.SessionAsync(connect)).Remove(new Item { Id = id, Name = "" });

    public async Task InsertTenAsync()
        => (await Tx.SessionAsync(connect)).Items.AddRange(Enumerable.Range(0, Items.Many).Select(_ => Items.New()));

    public async Task ReadAndInsertAsync()
    {
        var db = await Tx.SessionAsync(connect);
        await db.ReadOneAsync();
        db.Items.Add(Items.New());
    }

    public async Task ReadAsync() => await (await Tx.SessionAsync(connect)).ReadOneAsync();
}
