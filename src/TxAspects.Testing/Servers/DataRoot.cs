namespace TxAspects.Testing.Servers;

/// <summary>Where the template and the run folders of this user live.</summary>
internal static class DataRoot
{
    // The server of root runs as another user, who must be able to pass through, but not to list.
    const UnixFileMode PassThrough = UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public static async Task<string> PrepareAsync(string? option, CancellationToken cancellationToken)
    {
        var root = Path.GetFullPath(option ?? Default());
        PrivateFolder.Create(root, Environment.IsPrivilegedProcess ? PassThrough : UnixFileMode.None);
        if (option is null && !OperatingSystem.IsWindows())
            await ThrowIfForeignAsync(root, cancellationToken).ConfigureAwait(false);
        return root;
    }

    static string Default()
    {
        if (OperatingSystem.IsWindows())
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "TxAspects", "postgres");
        var temporary = Environment.IsPrivilegedProcess ? "/tmp" : Path.GetTempPath();
        return Path.Combine(temporary, $"txaspects-postgres-{Environment.UserName}");
    }

    // Anybody can make a folder among the temporary files; only our own is trusted with what runs as us.
    static async Task ThrowIfForeignAsync(string root, CancellationToken cancellationToken)
    {
        var (exitCode, _) = await ChildProcess
            .RunAsync(["/bin/sh", "-c", "[ ! -L \"$0\" ] && [ -O \"$0\" ]", root], cancellationToken).ConfigureAwait(false);
        if (exitCode != 0)
            throw new PostgresStartException(
                $"The folder '{root}' belongs to another user.", $"Remove it, or set {nameof(TemporaryPostgresOptions.DataFolder)}.", "");
    }
}
