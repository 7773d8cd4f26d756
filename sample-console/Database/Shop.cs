using Npgsql;
using TxAspects;

namespace SampleConsole.Database;

/// <summary>The shop's database, for whoever needs a session: <c>await Tx.SessionAsync(Shop.Master)</c>.</summary>
public static class Shop
{
    private static DbConnect<ShopContext>? _master;

    public static DbConnect<ShopContext> Master
        => _master ?? throw new InvalidOperationException("The shop has no database yet. Call Shop.Use first.");

    /// <summary>Sets the database, once, at the start. Nothing is opened yet.</summary>
    /// <param name="connectionString">Where it is.</param>
    /// <param name="parallel">How many orders are imported at the same time.</param>
    public static void Use(string connectionString, int parallel)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);

        // Each order may hold a connection while its audit row, in a unit of its own, takes a second one. A smaller pool
        // could be emptied by the first halves, and then each would wait for a second half that nobody can have.
        settings.MaxPoolSize = Math.Max(settings.MaxPoolSize, 2 * parallel);
        _master = PostgresConnect.Create<ShopContext>(settings.ConnectionString, "shop");
    }
}
