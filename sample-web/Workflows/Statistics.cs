using Microsoft.EntityFrameworkCore;
using SampleWeb.Database;
using TxAspects;

namespace SampleWeb.Workflows;

/// <inheritdoc/>
/// <remarks>The pauses stand for large tables: without them the queries are over before the next one begins.</remarks>
public sealed class Statistics : IStatistics
{
    public async Task<long> CountOrdersAsync()
    {
        var db = await Tx.SessionAsync(Shop.Master);
        return await db.Database.SqlQuery<long>($"""SELECT count(*) AS "Value" FROM orders, pg_sleep(0.03)""").SingleAsync();
    }

    public async Task<decimal> SumSalesAsync()
    {
        var db = await Tx.SessionAsync(Shop.Master);
        return await db.Database.SqlQuery<decimal>($"""SELECT COALESCE(sum(total), 0) AS "Value" FROM orders, pg_sleep(0.03)""").SingleAsync();
    }

    public async Task<long> CountPiecesAsync()
    {
        var db = await Tx.SessionAsync(Shop.Master);
        return await db.Database.SqlQuery<long>($"""SELECT sum(stock) AS "Value" FROM products, pg_sleep(0.03)""").SingleAsync();
    }
}
