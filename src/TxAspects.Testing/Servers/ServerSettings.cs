using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using TxAspects.Testing.Servers.Processes;

namespace TxAspects.Testing.Servers;

/// <summary>Writes the end of postgresql.conf.</summary>
internal static partial class ServerSettings
{
    private static readonly IReadOnlyDictionary<string, string> Defaults = new Dictionary<string, string>
    {
        ["listen_addresses"] = LoopbackPort.Host,
        ["unix_socket_directories"] = "",
        ["fsync"] = "off",
        ["full_page_writes"] = "off",
        ["synchronous_commit"] = "on",
        ["wal_level"] = "replica",
        ["max_connections"] = "200",
        ["max_prepared_transactions"] = "64",
        ["shared_buffers"] = "64MB",
        ["max_wal_size"] = "256MB",
        ["checkpoint_timeout"] = "30min",
        ["timezone"] = "UTC",
        ["log_timezone"] = "UTC",
        ["log_min_messages"] = "warning",
        // What tests write stays out of the log: no statement, no detail with values.
        ["log_min_error_statement"] = "panic",
        ["log_error_verbosity"] = "terse",
    };

    public static void Append(string data, int port, IDictionary<string, string> settings)
    {
        var text = new StringBuilder("\n");
        foreach (var (name, value) in Defaults.Concat(settings))
            text.Append(CultureInfo.InvariantCulture, $"{name} = '{Quote(value)}'\n");

        // Last, because the readiness check and the connection string rely on it.
        text.Append(CultureInfo.InvariantCulture, $"port = {port}\n");
        File.AppendAllText(Path.Combine(data, "postgresql.conf"), text.ToString());
    }

    /// <exception cref="ArgumentException">A name is none, or a value cannot be written.</exception>
    public static void Check(IDictionary<string, string> settings)
    {
        foreach (var (name, value) in settings)
        {
            if (!Name().IsMatch(name))
                throw new ArgumentException("The name of a setting has letters, digits, underscores and dots only.", nameof(settings));
            if (value.Contains('\0'))
                throw new ArgumentException(
                    $"The value of the setting '{name}' has a zero character, which is never read.", nameof(settings));
        }
    }

    // What PostgreSQL's own scanner of this file undoes: it takes a backslash for the start of an escape, and ends a value at the end of
    // the line.
    private static string Quote(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("'", "''", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal)
        .Replace("\r", "\\r", StringComparison.Ordinal);

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*)*\z")]
    private static partial Regex Name();
}
