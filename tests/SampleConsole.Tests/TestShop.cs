using Npgsql;
using TxAspects.Testing;

namespace SampleConsole.Tests;

/// <summary>A database for one test, and plain SQL on it.</summary>
internal sealed class TestShop : IAsyncDisposable
{
    /// <summary>Every order or sum that is not as it must be, whatever was imported.</summary>
    private const string Mistakes =
        """
        SELECT 'order that is not whole: ' || o.number FROM orders o
        WHERE o.total IS DISTINCT FROM (SELECT sum(quantity * unit_price) FROM order_lines WHERE order_number = o.number)
           OR (SELECT count(*) FROM ledger_entries WHERE order_number = o.number) <> 2
           OR (SELECT sum(amount) FROM ledger_entries WHERE order_number = o.number) <> 0
        UNION ALL
        SELECT 'order without its audit row: ' || number FROM orders
        WHERE NOT EXISTS (SELECT FROM audit WHERE order_number = number AND verdict = 'Imported')
        UNION ALL
        SELECT 'audit row without its order: ' || order_number FROM audit
        WHERE verdict = 'Imported' AND NOT EXISTS (SELECT FROM orders WHERE number = order_number)
        UNION ALL
        SELECT 'stock of ' || p.sku FROM products p
        WHERE p.initial_stock - p.stock <> (
            SELECT COALESCE(sum(CASE WHEN o.refund_of IS NULL THEN quantity ELSE -quantity END), 0)
            FROM order_lines l JOIN orders o ON o.number = l.order_number WHERE l.sku = p.sku)
        UNION ALL
        SELECT 'balance of ' || c.number FROM customers c
        WHERE c.balance <> (
            SELECT COALESCE(sum(CASE WHEN refund_of IS NULL THEN total ELSE -total END), 0) FROM orders WHERE customer_number = c.number)
        """;

    private readonly TemporaryDatabase _database;
    private readonly NpgsqlDataSource _source;
    private readonly string _file = Path.GetTempFileName();

    private TestShop(TemporaryDatabase database)
    {
        _database = database;
        _source = NpgsqlDataSource.Create(database.ConnectionString);
    }

    public string ConnectionString => _database.ConnectionString;

    public static async Task<TestShop> CreateAsync() => new(await TemporaryDatabase.CreateAsync(TestRun.Server));

    /// <summary>Imports a file with this content, over a connection string with these settings added.</summary>
    public async Task<SampleResult> ImportAsync(string content, string settings = "")
    {
        await File.WriteAllTextAsync(_file, content);
        return await SampleProgram.RunAsync(_file, "--connection", $"{ConnectionString};{settings}");
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public Task<long> CountAsync(string table) => ScalarAsync<long>($"SELECT count(*) FROM {table}");

    public async Task ExecuteAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async Task AssertSoundAsync()
    {
        var sql = $"SELECT COALESCE(string_agg(mistake, chr(10)), '') FROM ({Mistakes}) AS mistakes (mistake)";
        Assert.AreEqual("", await ScalarAsync<string>(sql));
    }

    public async Task WaitForOrdersAsync(int count)
    {
        for (var attempt = 0; attempt < 3_000; attempt++)
        {
            if (await ScalarAsync<bool>("SELECT to_regclass('orders') IS NOT NULL") && await CountAsync("orders") >= count)
                return;
            await Task.Delay(20);
        }

        Assert.Fail($"There are no {count} orders after a minute.");
    }

    public async ValueTask DisposeAsync()
    {
        File.Delete(_file);
        await _source.DisposeAsync();
        await _database.DisposeAsync();
    }
}
