using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Sqlite;

/// <summary>Connects to SQLite files.</summary>
public static class SqliteConnect
{
    /// <summary>
    /// A connect whose host is the path of the file, so that <see cref="DbConnect.ChangeHostAsync"/> leads to another one.
    /// </summary>
    public static DbConnect<TContext> Create<TContext>(string connectionString, string? name = null)
        where TContext : DbContext
        => new(Options<TContext>(connectionString, name));

    /// <summary>The options of that connect, to be changed.</summary>
    public static DbConnectOptions<TContext> Options<TContext>(string connectionString, string? name = null)
        where TContext : DbContext
    {
        var given = new SqliteConnectionStringBuilder(connectionString);
        return new DbConnectOptions<TContext>
        {
            Name = name ?? typeof(TContext).Name,
            Host = given.DataSource,
            CreateEngine = path => new SqliteSource(
                new SqliteConnectionStringBuilder(given.ConnectionString) { DataSource = path }.ConnectionString),
            ConfigureSession = (builder, engine) => builder.UseSqlite(engine.ConnectionString),
            Driver = new SqliteDriver(),
        };
    }
}
