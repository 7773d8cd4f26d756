namespace TxAspects.Benchmarks.Units;

/// <summary>TxAspects: the methods are units of work, and ask for a session.</summary>
public sealed class OwnUnits(DbConnect<ItemsContext> connect) : IOwnUnits
{
    public async Task InsertAsync()
    {
        var db = await Tx.SessionAsync(connect);
        await db.InsertItemsAsync();
    }

    public async Task ReadAndInsertAsync()
    {
        var db = await Tx.SessionAsync(connect);
        await db.ReadOneAsync();
        await db.InsertItemsAsync();
    }

    public async Task InsertTenAsync()
    {
        var db = await Tx.SessionAsync(connect);
        await db.InsertItemsAsync(Items.Many);
    }

    public async Task ReadAsync()
    {
        var db = await Tx.SessionAsync(connect);
        await db.ReadOneAsync();
    }

    public async Task NothingAsync() => _ = await Tx.SessionAsync(connect);

    public async Task HoldAsync(Task until) => await until;

    public async Task HoldWithSessionAsync(Task until)
    {
        _ = await Tx.SessionAsync(connect);
        await until;
    }
}
