using Npgsql;

namespace SampleConsole.Database;

/// <summary>Connection strings as users type them.</summary>
internal static class ConnectionStrings
{
    /// <summary>Returns the connection string, if it is one.</summary>
    /// <exception cref="BadInputException">It is not. The message repeats nothing of it: there could be a password in it.</exception>
    public static string Checked(string connectionString, string source)
    {
        try
        {
            if (new NpgsqlConnectionStringBuilder(connectionString).Host is { Length: > 0 })
                return connectionString;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            // Refused below, like one without a host.
        }

        throw new BadInputException(
            $"The value of {source} is no connection string for PostgreSQL, such as 'Host=localhost;Database=shop;Username=me'.");
    }
}
