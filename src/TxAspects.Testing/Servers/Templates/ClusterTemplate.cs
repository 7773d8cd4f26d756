using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using TxAspects.Testing.Servers.Folders;
using TxAspects.Testing.Servers.Processes;

namespace TxAspects.Testing.Servers.Templates;

/// <summary>
/// A data directory made by 'initdb' once per user and installed server, to be copied by every start. It is the caller's own, whoever the
/// server runs as.
/// </summary>
internal sealed partial class ClusterTemplate(string root, PostgresBinaries binaries, ServerUser user)
{
    // Part of the name: what an earlier version of this library made is not used.
    private const string Format = "2";
    private const int FirstVersionWithChecksums = 18;

    private const UnixFileMode Readable
        = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private string _data = "";

    /// <summary>What is known of it, once it is prepared.</summary>
    public TemplateRecord Record { get; private set; } = null!;

    /// <summary>Makes it where it is missing or damaged.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var folder = Path.Combine(root, $"template-{NameOf(binaries)}");
        if (!IsComplete(folder))
        {
            var held = await FileLock.TakeAsync(folder + ".lock", cancellationToken).ConfigureAwait(false);
            await using (held.ConfigureAwait(false))
            {
                if (!IsComplete(folder))
                    await CreateAsync(folder, cancellationToken).ConfigureAwait(false);
            }
        }

        Record = TemplateRecord.Read(RecordOf(folder))!;
        _data = DataOf(folder);
    }

    /// <summary>Copies it, with another password.</summary>
    public void CopyTo(string data, ServerSecret secret)
    {
        PrivateFolder.Copy(_data, data);
        Record.Place.Replace(data, secret.Verifier);
    }

    private async Task CreateAsync(string folder, CancellationToken cancellationToken)
    {
        var version = await ReadVersionAsync(cancellationToken).ConfigureAwait(false);
        var draft = folder + ".new";
        HandedOver.Delete(MadeIn(draft), user);
        PrivateFolder.TryDelete(draft);
        PrivateFolder.TryDelete(folder);
        PrivateFolder.Create(draft, user.Owner is null ? UnixFileMode.None : DataRoot.ForOthers);

        // Its password is forgotten here: nobody can log in to a copy before it has its own.
        var verifier = new ServerSecret().Verifier;
        if (user.Owner is { } owner)
            await InitializeAsAsync(owner, draft, verifier, version, cancellationToken).ConfigureAwait(false);
        else
            await InitializeAsync(DataOf(draft), draft, verifier, version, cancellationToken).ConfigureAwait(false);

        new TemplateRecord(version, FilesIn(draft), VerifierPlace.Find(DataOf(draft), verifier)).Write(RecordOf(draft));
        Directory.Move(draft, folder);
    }

    private async Task InitializeAsAsync(string owner, string draft, string verifier, string version, CancellationToken cancellationToken)
    {
        var made = MadeIn(draft);
        PrivateFolder.Create(made);
        await RunAsync([], ["chown", owner, made], cancellationToken).ConfigureAwait(false);
        await InitializeAsync(made, draft, verifier, version, cancellationToken).ConfigureAwait(false);
        await TemplateSeal.CopyAsync(made, DataOf(draft), user, cancellationToken).ConfigureAwait(false);
        HandedOver.Delete(made, user);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(draft, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private async Task InitializeAsync(string data, string draft, string verifier, string version, CancellationToken cancellationToken)
    {
        // No secret: a verifier lets nobody in. The server's account must be able to read it.
        var password = Path.Combine(draft, "verifier");
        await File.WriteAllTextAsync(password, verifier + "\n", cancellationToken).ConfigureAwait(false);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(password, Readable);

        await RunAsync(
            user.Prefix,
            [
                binaries.InitDb, "--pgdata", data, "--username", "postgres", "--auth", "scram-sha-256", "--pwfile", password,
                "--no-locale", "--encoding", "UTF8", "--no-sync",
                .. HasChecksums(version) ? ["--no-data-checksums"] : Array.Empty<string>(),
            ],
            cancellationToken).ConfigureAwait(false);
        File.Delete(password);
    }

    private async Task<string> ReadVersionAsync(CancellationToken cancellationToken)
    {
        var output = await RunAsync([], [binaries.Postgres, "--version"], cancellationToken).ConfigureAwait(false);
        return VersionPattern().Match(output) is { Success: true } match ? match.Groups[1].Value : "unknown";
    }

    private static async Task<string> RunAsync(
        IReadOnlyList<string> prefix, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var (exitCode, output) = await ChildProcess.RunAsync(prefix, command, cancellationToken).ConfigureAwait(false);
        return exitCode == 0 ? output : throw new PostgresStartException(
            "Its data directory could not be made.", StartFailure.Explain(output, []), ChildProcess.Tail(output));
    }

    // From that version on 'initdb' turns them on unless it is told not to.
    private static bool HasChecksums(string version)
        => int.TryParse(version.AsSpan(0, Math.Min(2, version.Length)), NumberStyles.None, CultureInfo.InvariantCulture, out var major) &&
           major >= FirstVersionWithChecksums;

    // Another build in the same folder is another server.
    private static string NameOf(PostgresBinaries binaries)
    {
        var file = new FileInfo(binaries.Postgres);
        file = (FileInfo?)file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
        var build = string.Create(
            CultureInfo.InvariantCulture,
            $"{Format}\n{file.FullName}\n{binaries.Folder}\n{file.Length}\n{file.LastWriteTimeUtc.Ticks}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(build)))[..16];
    }

    private static string DataOf(string folder) => Path.Combine(folder, "data");

    private static string MadeIn(string folder) => Path.Combine(folder, "made");

    private static string RecordOf(string folder) => Path.Combine(folder, "record");

    private static int FilesIn(string folder) => Directory.EnumerateFiles(DataOf(folder), "*", SearchOption.AllDirectories).Count();

    // A cleaner of temporary files may have taken some away.
    private static bool IsComplete(string folder)
        => TemplateRecord.Read(RecordOf(folder)) is { } record && Directory.Exists(DataOf(folder)) && record.Files == FilesIn(folder);

    [GeneratedRegex(@"\(PostgreSQL\) ([\w.]+)")]
    private static partial Regex VersionPattern();
}
