using Microsoft.EntityFrameworkCore;
using SampleWeb.Database;
using SampleWeb.Notes;
using SampleWeb.Orders;
using TxAspects;

namespace SampleWeb.Workflows;

/// <inheritdoc/>
public sealed class Sessions(IOrders orders, IStatistics statistics) : ISessions
{
    public async Task<Figures> ConcurrentQueriesAsync()
    {
        // One session runs one command at a time, so each call has a session of its own.
        // This unit runs no command, and opens no connection.
        var count = statistics.CountOrdersAsync();
        var sales = statistics.SumSalesAsync();
        var pieces = statistics.CountPiecesAsync();
        await Task.WhenAll(count, sales, pieces);
        return new Figures(await count, await sales, await pieces);
    }

    public async Task OutsideSessionAsync()
    {
        await using (var db = await Tx.NewSessionAsync(Shop.Master))
        {
            db.Notes.Add(new Note { Text = "Ada came in." });
            await db.CommitAsync();                 // nothing is automatic here
        }

        await orders.PlaceAsync("Ada", "TEA");
        Tx.SetRollbackOnly("Ada left again");       // takes back her order, not the note
    }

    public async Task<bool> ReadYourWritesAsync()
    {
        var order = await orders.PlaceAsync("Ada", "TEA", 2);

        // The same session as inside PlaceAsync, in the same transaction: it sees what nobody else can see yet.
        var db = await Tx.SessionAsync(Shop.Master);
        return await db.Orders.AnyAsync(row => row.Id == order.Id);
    }
}
