using Microsoft.Data.Sqlite;

namespace TxAspects.Tests;

/// <summary>The temporary folder of this run, and the file that its databases are copies of.</summary>
[TestClass]
public static class TestFolder
{
    /// <summary>
    /// The table of the shared suites. There are no deferred unique constraints here, but deferred foreign keys: where a slot is taken
    /// twice the row refers to one that does not exist, which COMMIT refuses.
    /// </summary>
    private const string Schema = """
        PRAGMA journal_mode = WAL;
        CREATE TABLE orders (
            id integer PRIMARY KEY AUTOINCREMENT,
            item text NOT NULL,
            quantity integer NOT NULL CONSTRAINT positive CHECK (quantity > 0),
            code text CONSTRAINT unique_code UNIQUE,
            slot integer,
            slot_taken_by integer REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
            version integer NOT NULL DEFAULT 0);
        CREATE TRIGGER unique_slot AFTER INSERT ON orders
        WHEN EXISTS (SELECT 1 FROM orders WHERE slot = NEW.slot AND id <> NEW.id)
        BEGIN
            UPDATE orders SET slot_taken_by = 0 WHERE id = NEW.id;
        END;
        """;

    private static string _path = null!;
    private static int _count;

    private static string Template => Path.Combine(_path, "template.db");

    [AssemblyInitialize]
    public static void Create(TestContext context)
    {
        // The provider waits for locks on the caller's thread, so tests that wait hold threads that others need.
        ThreadPool.SetMinThreads(32, 32);
        _path = Directory.CreateTempSubdirectory("txaspects-sqlite-").FullName;
        using var connection = new SqliteConnection($"Data Source={Template};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = Schema;
        command.ExecuteNonQuery();
    }

    [AssemblyCleanup]
    public static void Delete()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_path, recursive: true);
    }

    /// <summary>The path of a new database with the table.</summary>
    public static string CopyTemplate()
    {
        var path = Path.Combine(_path, $"{Interlocked.Increment(ref _count)}.db");
        File.Copy(Template, path);
        return path;
    }
}
