namespace TxAspects.Testing.Servers.Folders;

/// <summary>Folders that nobody else can read.</summary>
internal static class PrivateFolder
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes a folder in one that only the caller can change.</summary>
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

    /// <summary>Makes a folder, where there is none, in one that everybody may write to.</summary>
    /// <remarks>
    /// It is made under a name that nobody can guess, so that it is certainly a new one, and then renamed. What has the name already
    /// stays as it is:
    /// <see cref="FolderTrust"/> judges it.
    /// </remarks>
    public static void CreateAmongOthers(string folder, UnixFileMode more)
    {
        if (Directory.Exists(folder))
            return;

        var parent = Path.GetDirectoryName(folder)!;
        Directory.CreateDirectory(parent);
        var draft = Path.Combine(parent, $".txaspects-{Guid.NewGuid():n}");
        Create(draft, more);
        try
        {
            Directory.Move(draft, folder);
        }
        catch (IOException)
        {
            Directory.Delete(draft); // Somebody was faster, or has put something there that is no folder.
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

    /// <summary>Deletes what can be deleted of a folder that only the caller can change. The next start tries the rest again.</summary>
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
