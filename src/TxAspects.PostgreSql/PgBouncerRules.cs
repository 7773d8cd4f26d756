using Npgsql;

namespace TxAspects.PostgreSql;

/// <summary>
/// What a connection string must be for a PgBouncer in transaction mode, which gives every transaction another server connection.
/// </summary>
internal static class PgBouncerRules
{
    /// <exception cref="ArgumentException">It asks for something that would be lost or fail later.</exception>
    public static void Apply(NpgsqlConnectionStringBuilder settings)
    {
        if (settings.MaxAutoPrepare > 0)
            throw Refused("Max Auto Prepare", "the next transaction may get a server connection on which nothing was prepared",
                "Remove it");
        if (!string.IsNullOrEmpty(settings.Options))
            throw Refused("Options", "it is refused, or dropped without a word",
                "Set such parameters with ALTER ROLE … SET, or with SET LOCAL in the transaction");
        if (!string.IsNullOrEmpty(settings.SearchPath))
            throw Refused("Search Path", "it is refused", "Set it with ALTER ROLE … SET search_path, or name the schema in the model");

        // The reset would go to whichever server connection is free.
        settings.NoResetOnClose = true;
    }

    private static ArgumentException Refused(string setting, string why, string what)
        => new($"The connection string sets '{setting}', but through PgBouncer in transaction mode {why}. {what}.");
}
