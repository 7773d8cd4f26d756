using Npgsql;

namespace TxAspects.Testing.Servers;

/// <summary>
/// Reads connection strings. The driver's own messages about broken ones quote them, and a part of the password may be what it stumbles
/// over.
/// </summary>
internal static class ConnectionText
{
    /// <param name="text">The connection string.</param>
    /// <param name="source">Where it comes from, as a message names it.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static NpgsqlConnectionStringBuilder Read(string text, string source)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception exception) when (exception
            is ArgumentException or FormatException or OverflowException or InvalidCastException or KeyNotFoundException)
        {
            // Without the cause: its message is the one to keep from logs.
            throw new ArgumentException(
                $"{source} is no connection string for PostgreSQL, such as 'Host=localhost;Database=shop;Username=me'. " +
                "It has a setting that the driver does not know, or a value that it cannot read. " +
                "A password with a semicolon or a quote stands in quotes. " +
                "Nothing of it is repeated here, because it may have a password in it.");
        }
    }
}
