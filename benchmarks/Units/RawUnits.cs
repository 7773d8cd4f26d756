using Npgsql;

namespace TxAspects.Benchmarks.Units;

/// <summary>
/// Npgsql by hand, as its documentation advises: one data source, positional parameters with their types, one batch for several rows.
/// </summary>
public sealed class RawUnits(NpgsqlDataSource source) : IUnits
{
    private const string InsertSql = "INSERT INTO items (amount, name) VALUES ($1, $2) RETURNING id";
    private const string ReadSql = "SELECT i.id, i.amount, i.name FROM items AS i WHERE i.id = $1 LIMIT 1";

    public async Task InsertAsync()
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await InsertOneAsync(connection, transaction);
        await transaction.CommitAsync();
    }

    public async Task ReadAndInsertAsync()
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ReadOneAsync(connection, transaction);
        await InsertOneAsync(connection, transaction);
        await transaction.CommitAsync();
    }

    public async Task InsertTenAsync()
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            var items = new Item[Items.Many];
            for (var i = 0; i < items.Length; i++)
            {
                items[i] = Items.New();
                batch.BatchCommands.Add(new NpgsqlBatchCommand(InsertSql) { Parameters = { Amount(items[i]), Name(items[i]) } });
            }

            await using var reader = await batch.ExecuteReaderAsync();
            foreach (var item in items)
            {
                await reader.ReadAsync();
                item.Id = reader.GetInt64(0);
                await reader.NextResultAsync();
            }
        }

        await transaction.CommitAsync();
    }

    public async Task ReadAsync()
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ReadOneAsync(connection, transaction);
        await transaction.CommitAsync();
    }

    private static async Task InsertOneAsync(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        var item = Items.New();
        await using var command = new NpgsqlCommand(InsertSql, connection, transaction) { Parameters = { Amount(item), Name(item) } };
        item.Id = (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<Item?> ReadOneAsync(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        await using var command = new NpgsqlCommand(
            ReadSql, connection, transaction) { Parameters = { new NpgsqlParameter<long> { TypedValue = Items.Some } } };
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync()
            ? new Item { Id = reader.GetInt64(0), Amount = reader.GetInt32(1), Name = reader.GetString(2) }
            : null;
    }

    private static NpgsqlParameter<int> Amount(Item item) => new() { TypedValue = item.Amount };

    private static NpgsqlParameter<string> Name(Item item) => new() { TypedValue = item.Name };
}
