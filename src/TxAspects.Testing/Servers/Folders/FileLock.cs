namespace TxAspects.Testing.Servers.Folders;

/// <summary>A file that one process at a time can hold. The system lets go of it when that process dies.</summary>
internal static class FileLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static FileStream? TryTake(string path, FileOptions options = FileOptions.None)
    {
        FileStream file;
        try
        {
            var how = new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                BufferSize = 1,
                Options = options,
            };

            // Who can read it can hold it.
            if (!OperatingSystem.IsWindows())
                how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            file = new FileStream(path, how);
        }
        catch (IOException)
        {
            return null;
        }

        // Its last holder may have removed the file between this open and this lock.
        if (File.Exists(path))
            return file;
        file.Dispose();
        return null;
    }

    public static async Task<FileStream> TakeAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(path) is { } file)
                return file;
            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }
}
