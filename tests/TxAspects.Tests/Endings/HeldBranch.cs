using System.Data.Common;
using Dapper;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>What a branch does: one row, written in one way; where it is held between two pieces of work, one more.</summary>
public sealed class HeldBranch(DbConnect<ShopContext> connect, BranchUse use, HeldAt at, Hold hold)
{
    public string Item => $"branch {use}";

    /// <summary>The row that it writes after it was held between two commands.</summary>
    public string SecondItem => $"branch {use} again";

    public async Task RunAsync()
    {
        if (at is HeldAt.Reading)
        {
            await ReadAsync();
            return;
        }

        await WriteAsync(Item);
        if (at is HeldAt.BetweenCommands)
        {
            await hold.WaitAsync();
            await WriteAsync(SecondItem);
        }
        else if (at is HeldAt.InHook)
        {
            Tx.OnCommitting(() => hold.WaitAsync());
            await Tx.CommitAllAsync();
        }
    }

    private async Task WriteAsync(string item)
    {
        if (use is BranchUse.Connection)
        {
            var connection = await Tx.ConnectionAsync(connect);
            await connection.ExecuteAsync("INSERT INTO orders (item, quantity) VALUES (@item, 1)", new { item });
            return;
        }

        var db = await Tx.SessionAsync(connect);
        switch (use)
        {
            case BranchUse.Save:
                db.Orders.Add(new Order { Item = item });
                await db.SaveChangesAsync();
                break;
            case BranchUse.Update:
                await db.Orders.Where(order => order.Item == "old").ExecuteUpdateAsync(set => set.SetProperty(order => order.Item, item));
                break;
            case BranchUse.Sql:
                await db.Database.ExecuteSqlAsync($"INSERT INTO orders (item, quantity) VALUES ({item}, 1)");
                break;
            default:
                await db.Database.SqlQuery<int>($"SELECT note({item})").ToListAsync();
                break;
        }
    }

    private async Task ReadAsync()
    {
        const string Sql = "SELECT n FROM generate_series(1, 100000) AS rows (n)";
        if (use is BranchUse.Connection)
        {
            await using var reader = await (await Tx.ConnectionAsync(connect)).ExecuteReaderAsync(Sql);
            await ReadAsync(reader);
            return;
        }

        var db = await Tx.SessionAsync(connect);
        await foreach (var number in db.Database.SqlQueryRaw<int>(Sql).AsAsyncEnumerable())
        {
            if (number == 1)
                await hold.WaitAsync();
        }
    }

    private async Task ReadAsync(DbDataReader reader)
    {
        while (await reader.ReadAsync())
        {
            if (reader.GetInt32(0) == 1)
                await hold.WaitAsync();
        }
    }
}
