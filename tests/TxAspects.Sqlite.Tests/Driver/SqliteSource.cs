using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace TxAspects.Sqlite;

/// <summary>
/// The engine of a connect: one file, reached by one connection string, whose connections the provider pools by that string.
/// </summary>
public sealed class SqliteSource(string connectionString) : DbDataSource
{
    public override string ConnectionString => connectionString;

    protected override DbConnection CreateDbConnection() => new SqliteConnection(connectionString);

    protected override void Dispose(bool disposing)
    {
        // The pool belongs to the string; without this the file would stay open.
        using var connection = new SqliteConnection(connectionString);
        SqliteConnection.ClearPool(connection);
        base.Dispose(disposing);
    }
}
