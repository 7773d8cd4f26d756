using TxAspects.Testing.Servers.Folders;

namespace TxAspects.Testing.Tests;

/// <summary>A folder for data, removed at the end. The user a root's server runs as can pass through it.</summary>
internal sealed class TestFolder : IDisposable
{
    private const UnixFileMode PassThrough = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public TestFolder()
    {
        Directory.CreateDirectory(Path);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path, PassThrough);
    }

    public string Path { get; } = System.IO.Path.Combine(DataRoot.Parent, $"txaspects-test-{Guid.NewGuid():n}");

    public TemporaryPostgresOptions Options => new() { DataFolder = Path };

    public string[] RunFolders => Directory.GetFileSystemEntries(Path, "run-*");

    public string Template => Directory.GetDirectories(Path, "template-*").Single();

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
