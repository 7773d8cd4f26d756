namespace TxAspects.Testing.Servers;

/// <summary>Where the template and the run folders of this user live.</summary>
internal static class DataRoot
{
    // The server of root runs as another user, who must be able to pass through, but not to list.
    private const UnixFileMode PassThrough = UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const string Memory = "/dev/shm";
    private const long EnoughMemory = 1L << 30;

    /// <summary>The folder in which this user's folder is.</summary>
    public static string Parent => OperatingSystem.IsLinux() && MemoryIsRoomy() ? Memory
        : Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows() ? "/tmp"
        : Path.GetTempPath();

    public static async Task<string> PrepareAsync(string? option, CancellationToken cancellationToken)
    {
        var root = Path.GetFullPath(option ?? Default());
        PrivateFolder.Create(root, Environment.IsPrivilegedProcess ? PassThrough : UnixFileMode.None);
        if (option is null && !OperatingSystem.IsWindows())
            await ThrowIfForeignAsync(root, cancellationToken).ConfigureAwait(false);
        return root;
    }

    private static string Default()
    {
        if (OperatingSystem.IsWindows())
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "TxAspects", "postgres");
        return Path.Combine(Parent, $"txaspects-postgres-{Environment.UserName}");
    }

    // A server has a thousand small files, and ext4 gets slow, 1 ms a file, when as many were deleted in the last minutes.
    private static bool MemoryIsRoomy()
    {
        try
        {
            return Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace >= EnoughMemory;
        }
        catch (IOException)
        {
            return false;
        }
    }

    // Anybody can make a folder among the temporary files; only our own is trusted with what runs as us.
    private static async Task ThrowIfForeignAsync(string root, CancellationToken cancellationToken)
    {
        var (exitCode, _) = await ChildProcess
            .RunAsync(["/bin/sh", "-c", "[ ! -L \"$0\" ] && [ -O \"$0\" ]", root], cancellationToken).ConfigureAwait(false);
        if (exitCode != 0)
            throw new PostgresStartException(
                $"The folder '{root}' belongs to another user.", $"Remove it, or set {nameof(TemporaryPostgresOptions.DataFolder)}.", "");
    }
}
