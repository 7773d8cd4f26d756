using System.Globalization;

namespace TxAspects.Testing.Servers;

/// <summary>
/// What makes a server one of a cluster: the password that all its servers share, because they are copies of one another, and whether it
/// follows.
/// </summary>
/// <param name="Secret">The password of all of them.</param>
/// <param name="IsStandby">Whether it follows the server that its settings name.</param>
internal sealed record Replication(ServerSecret Secret, bool IsStandby)
{
    private const string PasswordFile = "txaspects.pass";
    private const int FirstVersionThatRequires = 16;

    /// <summary>
    /// The value of primary_conninfo for those that follow a server. It names a file in the data directory, and so has no password in it.
    /// </summary>
    public static string InfoTo(TemporaryPostgres primary)
    {
        var port = primary.Port.ToString(CultureInfo.InvariantCulture);
        var info = $"host={primary.Host} port={port} user=postgres passfile={PasswordFile}";

        // Whoever has the port of a server that is gone could ask for the password in clear; only later versions can refuse that.
        return int.TryParse(primary.ServerVersion.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) &&
               major >= FirstVersionThatRequires
            ? info + " require_auth=scram-sha-256"
            : info;
    }

    /// <summary>Writes what the server needs for it into its data directory.</summary>
    public async Task WriteAsync(string data, CancellationToken cancellationToken)
    {
        var file = Path.Combine(data, PasswordFile);
        await File.WriteAllTextAsync(file, "", cancellationToken).ConfigureAwait(false);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite); // The server passes over one that others can read.
        await File.WriteAllTextAsync(file, $"*:*:*:postgres:{Secret.Password}\n", cancellationToken).ConfigureAwait(false);
        if (IsStandby)
            await File.WriteAllTextAsync(Path.Combine(data, "standby.signal"), "", cancellationToken).ConfigureAwait(false);
    }
}
