using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace TxAspects.Testing.Servers;

/// <summary>A data directory made by 'initdb' once per user and server version, to be copied by every start.</summary>
internal sealed partial class ClusterTemplate(string root, PostgresBinaries binaries, ServerUser user)
{
    public string Version { get; private set; } = "";

    /// <summary>Returns the template's data directory, after making it where it is missing or damaged.</summary>
    public async Task<string> PrepareAsync(CancellationToken cancellationToken)
    {
        Version = await ReadVersionAsync(cancellationToken).ConfigureAwait(false);
        var build = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(binaries.Folder)))[..8];
        var folder = Path.Combine(root, $"template-{Version}-{build}");
        if (!IsComplete(folder))
        {
            var held = await FileLock.TakeAsync(folder + ".lock", cancellationToken).ConfigureAwait(false);
            await using (held.ConfigureAwait(false))
                if (!IsComplete(folder))
                    await CreateAsync(folder, cancellationToken).ConfigureAwait(false);
        }
        return DataOf(folder);
    }

    private async Task CreateAsync(string folder, CancellationToken cancellationToken)
    {
        var draft = folder + ".new";
        PrivateFolder.TryDelete(draft);
        PrivateFolder.TryDelete(folder);
        PrivateFolder.Create(draft);
        PrivateFolder.Create(DataOf(draft));
        if (user.Owner is { } owner)
            await RunAsync(["chown", "-R", owner, draft], cancellationToken).ConfigureAwait(false);

        await RunAsync(
            [
                .. user.Prefix, binaries.InitDb, "--pgdata", DataOf(draft), "--username", "postgres", "--auth", "trust",
                "--no-locale", "--encoding", "UTF8", "--no-sync",
            ],
            cancellationToken).ConfigureAwait(false);

        await File.WriteAllTextAsync(CountOf(draft), FilesIn(draft).ToString(CultureInfo.InvariantCulture), cancellationToken)
            .ConfigureAwait(false);
        Directory.Move(draft, folder);
    }

    private async Task<string> ReadVersionAsync(CancellationToken cancellationToken)
    {
        var output = await RunAsync([binaries.Postgres, "--version"], cancellationToken).ConfigureAwait(false);
        return VersionPattern().Match(output) is { Success: true } match ? match.Groups[1].Value : "unknown";
    }

    private static async Task<string> RunAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var (exitCode, output) = await ChildProcess.RunAsync(command, cancellationToken).ConfigureAwait(false);
        return exitCode == 0 ? output : throw new PostgresStartException(
            "Its data directory could not be made.", "The last lines of 'initdb' say why:", ChildProcess.Tail(output));
    }

    private static string DataOf(string folder) => Path.Combine(folder, "data");

    private static string CountOf(string folder) => Path.Combine(folder, "files");

    private static int FilesIn(string folder) => Directory.EnumerateFiles(DataOf(folder), "*", SearchOption.AllDirectories).Count();

    // A cleaner of temporary files may have taken some away.
    private static bool IsComplete(string folder)
        => File.Exists(CountOf(folder))
            && Directory.Exists(DataOf(folder))
            && File.ReadAllText(CountOf(folder)) == FilesIn(folder).ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\(PostgreSQL\) ([\w.]+)")]
    private static partial Regex VersionPattern();
}
