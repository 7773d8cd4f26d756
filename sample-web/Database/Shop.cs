using Npgsql;
using TxAspects;

namespace SampleWeb.Database;

/// <summary>The shop's database, for whoever needs a session: <c>await Tx.SessionAsync(Shop.Master)</c>.</summary>
public static class Shop
{
    private static DbConnect<ShopContext>? _master;

    public static DbConnect<ShopContext> Master
        => _master ?? throw new InvalidOperationException("The shop has no database yet. Call Shop.Use first.");

    /// <summary>Sets the database, at the start. Nothing is opened yet.</summary>
    /// <param name="connectionString">Where it is.</param>
    /// <param name="poolSize">How many connections there are at most. No unit here waits for a second one while it holds one, so any number
    /// will do.</param>
    public static void Use(string connectionString, int poolSize)
        => _master = PostgresConnect.Create<ShopContext>(
            new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = poolSize, ApplicationName = "sample-web" }.ConnectionString,
            new() { Name = "shop" });
}
