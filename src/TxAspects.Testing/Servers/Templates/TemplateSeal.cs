using System.Diagnostics;
using System.Formats.Tar;
using TxAspects.Testing.Servers.Folders;
using TxAspects.Testing.Servers.Processes;

namespace TxAspects.Testing.Servers.Templates;

/// <summary>Takes over what 'initdb' made as the server's account, as files of the caller's own.</summary>
/// <remarks>
/// The account itself reads them, so a link that it planted leads only to what it may read anyway, and comes as a link: that is refused.
/// The caller, root, writes new files into a folder of its own, which nobody else can change from then on.
/// </remarks>
internal static class TemplateSeal
{
    public static async Task CopyAsync(string source, string target, ServerUser user, CancellationToken cancellationToken)
    {
        using var tar = Process.Start(ChildProcess.Describe([.. user.Prefix, "tar", "-cf", "-", "-C", source, "."]))!;
        tar.StandardInput.Close();
        PrivateFolder.Create(target);
        var content = tar.StandardOutput.BaseStream;
        var reader = new TarReader(content, leaveOpen: true);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
                await WriteAsync(entry, target, cancellationToken).ConfigureAwait(false);
        }

        // Behind the last entry comes padding, and 'tar' fails if nobody takes it.
        await content.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
        await tar.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        if (tar.ExitCode != 0)
            throw Refused("the program 'tar' could not read them", "Look whether 'tar' works here.");
    }

    private static async Task WriteAsync(TarEntry entry, string target, CancellationToken cancellationToken)
    {
        var path = PathIn(target, entry.Name);
        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                PrivateFolder.Create(path);
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile:
                var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
                await using (file.ConfigureAwait(false))
                {
                    if (entry.DataStream is { } content)
                        await content.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
                    if (!OperatingSystem.IsWindows())
                        File.SetUnixFileMode(file.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                }

                break;
            default:
                throw Refused("one of them is neither a file nor a folder", "Find out who else uses the server's account.");
        }
    }

    private static string PathIn(string target, string name)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Combine(target, name)));
        return path == target || path.StartsWith(target + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw Refused("one of them has a name that leads elsewhere", "Find out who else uses the server's account.");
    }

    private static PostgresStartException Refused(string why, string remedy)
        => new($"The files that 'initdb' made cannot be taken over: {why}.", remedy, "");
}
