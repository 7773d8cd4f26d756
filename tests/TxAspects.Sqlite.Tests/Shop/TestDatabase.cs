using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using TxAspects.Sqlite;

namespace TxAspects.Tests;

/// <summary>A database file of its own with a connect to it. It has the members of the one that the shared suites know.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private const int ForeignKey = 787;    // SQLITE_CONSTRAINT_FOREIGNKEY

    private readonly ConnectionUse _use;
    private readonly string _observer;

    private TestDatabase(string path, string name)
    {
        // A writer that waits for another one gives up after a second, so that a test of that need not be longer.
        ConnectionString = new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, DefaultTimeout = 1 }.ConnectionString;
        _observer = new SqliteConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString;
        _use = ConnectionWatch.Of(path);
        Connect = Create(name: name);
    }

    /// <summary>What the test works with.</summary>
    public DbConnect<ShopContext> Connect { get; }

    public string ConnectionString { get; }

    /// <summary>The isolation level that transactions have where none is asked for.</summary>
    public static string DefaultIsolation => "serializable";

    public int ConnectionsOpened => _use.Opened;

    public int ConnectionsLeased => _use.Leased;

    public static Task<TestDatabase> CreateAsync(string name = "master")
        => Task.FromResult(new TestDatabase(TestFolder.CopyTemplate(), name));

    /// <summary>Tells the physical connection of a context.</summary>
    public static async Task<int> BackendAsync(DbContext db)
    {
        await db.Database.ExecuteSqlRawAsync("SELECT 1");
        return RuntimeHelpers.GetHashCode(((SqliteConnection)db.Database.GetDbConnection()).Handle);
    }

    /// <summary>The isolation level of the transaction in which a context is.</summary>
    public static async Task<string> IsolationOfAsync(DbContext db)
    {
        await db.Database.ExecuteSqlRawAsync("SELECT 1");
        return db.Database.CurrentTransaction!.GetDbTransaction().IsolationLevel.ToString().ToLowerInvariant();
    }

    /// <summary>Whether a commit was refused because a slot is taken twice.</summary>
    public static bool IsTakenSlot(Exception failure) => failure is SqliteException { SqliteExtendedErrorCode: ForeignKey };

    /// <summary>Whether a command was refused because its transaction is read-only, which none is here.</summary>
    public static bool IsReadOnlyRefusal(Exception failure) => false;

    /// <summary>A second connect to the same database; the caller disposes it.</summary>
    public DbConnect<ShopContext> Create(
        Func<DbConnectOptions<ShopContext>, DbConnectOptions<ShopContext>>? with = null, string name = "master")
    {
        var options = SqliteConnect.Options<ShopContext>(ConnectionString, name);
        return new DbConnect<ShopContext>(with is null ? options : with(options));
    }

    /// <summary>A context that no connect made.</summary>
    public ShopContext NewHandMadeContext() => new(new DbContextOptionsBuilder<ShopContext>().UseSqlite(ConnectionString).Options);

    /// <summary>A row with a code that no other can have. What would be a key that the client cannot read does not reach it here.</summary>
    public Task SeedAsync(string itemWithTooLargeKey) => ExecuteAsync("""
        INSERT INTO orders (id, item, quantity, code) VALUES (1, 'seed', 1, 'taken');
        UPDATE sqlite_sequence SET seq = 100 WHERE name = 'orders';
        """);

    /// <summary>Rows committed, seen over a connection of the test's own.</summary>
    public async Task<int> CountAsync(string? item = null)
        => (int)await ScalarAsync<long>(item is null
            ? "SELECT count(*) FROM orders"
            : $"SELECT count(*) FROM orders WHERE item = '{item}'");

    /// <summary>The items committed, in order, seen over a connection of the test's own.</summary>
    public Task<string> ItemsAsync() => ScalarAsync<string>("SELECT coalesce(string_agg(item, ',' ORDER BY item), '') FROM orders");

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new SqliteConnection(_observer);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqliteConnection(_observer);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Fails the test where something is left: an ambient unit, an open connection, a transaction in the file.</summary>
    public async Task AssertNothingLeftAsync()
    {
        Assert.IsFalse(Tx.IsOpen, "A unit of work is still ambient.");
        Assert.AreEqual(0, ConnectionsLeased, "A connection was not given back.");
        await ExecuteAsync("BEGIN IMMEDIATE; ROLLBACK");    // which a transaction that was left would not let begin
    }

    public ValueTask DisposeAsync() => Connect.DisposeAsync();
}
