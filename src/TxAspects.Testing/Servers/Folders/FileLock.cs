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
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, options);
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
