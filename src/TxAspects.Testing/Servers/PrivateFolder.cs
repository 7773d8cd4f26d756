namespace TxAspects.Testing.Servers;

/// <summary>Folders that nobody else can read.</summary>
internal static class PrivateFolder
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static void Create(string folder, UnixFileMode more = UnixFileMode.None)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, Owner | more);
            File.SetUnixFileMode(folder, Owner | more); // Again, because the process's umask may have taken something away.
        }
    }

    /// <summary>Copies everything below a folder; on Unix the files keep their modes.</summary>
    public static void Copy(string source, string target)
    {
        Create(target);
        foreach (var file in Directory.GetFiles(source))
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        foreach (var folder in Directory.GetDirectories(source))
            Copy(folder, Path.Combine(target, Path.GetFileName(folder)));
    }

    /// <summary>Deletes what can be deleted. The next start tries the rest again.</summary>
    public static bool TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
        return !Directory.Exists(folder);
    }
}
