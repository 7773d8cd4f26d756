namespace TxAspects.Testing.Servers.Folders;

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

    /// <summary>What others may do with folders of root: pass through, where the server's account must.</summary>
    public static UnixFileMode ForOthers => Environment.IsPrivilegedProcess ? PassThrough : UnixFileMode.None;

    /// <summary>Makes the folder where it is missing, and returns its name without links on the way.</summary>
    /// <exception cref="PostgresStartException">Somebody else can change it.</exception>
    public static async Task<string> PrepareAsync(string? option, CancellationToken cancellationToken)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(option ?? Default()));
        PrivateFolder.CreateAmongOthers(root, ForOthers);
        return OperatingSystem.IsWindows() ? root : await FolderTrust.ResolveAsync(root, cancellationToken).ConfigureAwait(false);
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
}
