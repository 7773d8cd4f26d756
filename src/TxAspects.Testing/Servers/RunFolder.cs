namespace TxAspects.Testing.Servers;

/// <summary>The private folder of one server, with a lock beside it that tells whether its owner lives.</summary>
internal sealed class RunFolder : IDisposable
{
    private const string Prefix = "run-";

    private readonly FileStream _lock;

    private RunFolder(string folder, FileStream held) => (Folder, _lock) = (folder, held);

    public string Folder { get; }

    public string Data => Path.Combine(Folder, "data");

    public string Log => Path.Combine(Folder, "server.log");

    public static RunFolder Create(string root)
    {
        RemoveLeftOvers(root);
        while (true)
        {
            var folder = Path.Combine(root, Prefix + Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal));
            if (FileLock.TryTake(folder + ".lock", FileOptions.DeleteOnClose) is { } held)
            {
                PrivateFolder.Create(folder);
                return new RunFolder(folder, held);
            }
        }
    }

    public string ReadLog()
    {
        try
        {
            using var file = new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file);
            return ChildProcess.Tail(reader.ReadToEnd());
        }
        catch (IOException)
        {
            return "";
        }
    }

    public void Dispose()
    {
        // A server that lost its guard may still be writing its last.
        for (var attempt = 0; attempt < 40 && !PrivateFolder.TryDelete(Folder); attempt++)
            Thread.Sleep(50);
        _lock.Dispose();
    }

    private static void RemoveLeftOvers(string root)
    {
        foreach (var path in Directory.GetFiles(root, Prefix + "*.lock"))
        {
            // Held: its server is in use. A server without its data folder ends by itself within a minute.
            using var held = FileLock.TryTake(path, FileOptions.DeleteOnClose);
            if (held is not null)
                PrivateFolder.TryDelete(Path.ChangeExtension(path, null));
        }
    }
}
