using System.Globalization;
using System.Text;

namespace TxAspects.Testing.Servers;

/// <summary>Writes the end of postgresql.conf.</summary>
internal static class ServerSettings
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
            text.Append(CultureInfo.InvariantCulture, $"{name} = '{value.Replace("'", "''", StringComparison.Ordinal)}'\n");

        // Last, because the readiness check and the connection string rely on it.
        text.Append(CultureInfo.InvariantCulture, $"port = {port}\n");
        File.AppendAllText(Path.Combine(data, "postgresql.conf"), text.ToString());
    }
}
