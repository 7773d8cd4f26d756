using TxAspects.Testing.Servers.Processes;

namespace TxAspects.Testing.Servers.Folders;

/// <summary>The private folder of one server, with a lock beside it that tells whether its owner lives.</summary>
/// <remarks>Only <see cref="Data"/> is handed over to the server's account; everything else stays the caller's.</remarks>
internal sealed class RunFolder : IDisposable
{
    private const string Prefix = "run-";
    private const string DataName = "data";
    private const string LogName = "server.log";

    private readonly FileStream _lock;
    private readonly ServerUser _user;

    private RunFolder(string folder, FileStream held, ServerUser user) => (Folder, _lock, _user) = (folder, held, user);

    public string Folder { get; }

    public string Data => Path.Combine(Folder, DataName);

    public static RunFolder Create(string root, ServerUser user)
    {
        RemoveLeftOvers(root, user);
        while (true)
        {
            var folder = Path.Combine(root, Prefix + Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal));
            if (FileLock.TryTake(folder + ".lock", FileOptions.DeleteOnClose) is { } held)
            {
                PrivateFolder.Create(folder, user.Owner is null ? UnixFileMode.None : DataRoot.ForOthers);
                return new RunFolder(folder, held, user);
            }
        }
    }

    public string ReadLog()
    {
        try
        {
            using var file = new FileStream(
                Path.Combine(Folder, LogName), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
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
        for (var attempt = 0; attempt < 40 && !TryDelete(Folder, _user); attempt++)
            Thread.Sleep(50);
        _lock.Dispose();
    }

    private static void RemoveLeftOvers(string root, ServerUser user)
    {
        foreach (var path in Directory.GetFiles(root, Prefix + "*.lock"))
        {
            // Held: its server is in use. A server without its data folder ends by itself within a minute.
            using var held = FileLock.TryTake(path, FileOptions.DeleteOnClose);
            if (held is not null)
                TryDelete(Path.ChangeExtension(path, null), user);
        }
    }

    private static bool TryDelete(string folder, ServerUser user)
    {
        HandedOver.Delete(Path.Combine(folder, DataName), user);
        return Directory.Exists(Path.Combine(folder, DataName)) is false && PrivateFolder.TryDelete(folder);
    }
}
