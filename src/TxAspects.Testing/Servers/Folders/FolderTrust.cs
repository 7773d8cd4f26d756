namespace TxAspects.Testing.Servers.Folders;

/// <summary>Tells whether a folder is the caller's alone to change: the folder itself, and every one on the way to it.</summary>
/// <remarks>
/// What lies in it runs as the caller, or is written by the caller, who may be root. Who can change a folder can exchange what lies in it,
/// links included, at any moment; a sticky folder, such as /tmp, lets everybody make new things but exchange only their own.
/// </remarks>
internal static class FolderTrust
{
    // Says 'link', or: who the caller is, the folder's name without links, and mode and owner of every folder down to it.
    private const string Script =
        """
        [ ! -L "$0" ] || { echo link; exit; }
        cd -P -- "$0" && path=$(pwd -P) && id || exit 1
        printf '%s\n' "$path"
        while [ -n "$path" ]; do
          set -- "$path" "$@"
          path=${path%/*}
        done
        ls -ldn -- "$@"
        """;

    /// <summary>Returns the folder's name without links on the way.</summary>
    /// <exception cref="PostgresStartException">Somebody else can change it.</exception>
    public static async Task<string> ResolveAsync(string folder, CancellationToken cancellationToken)
    {
        var (exitCode, output) = await Processes.ChildProcess
            .RunAsync(["/bin/sh", "-c", Script, folder], cancellationToken).ConfigureAwait(false);
        if (output.StartsWith("link", StringComparison.Ordinal))
            throw Refused(folder, "is a link");

        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (exitCode != 0 || lines.Length < 3)
            throw Refused(folder, "cannot be entered");

        var caller = UnixCaller.Parse(lines[0]);
        var entries = lines[2..];
        for (var index = 0; index < entries.Length; index++)
        {
            var isFolderItself = index == entries.Length - 1;
            if (caller.FindObjection(entries[index], isFolderItself) is { } objection)
                throw Refused(folder, isFolderItself ? objection : $"lies in a folder that {objection}");
        }

        return lines[1];
    }

    private static PostgresStartException Refused(string folder, string objection) => new(
        $"The folder '{folder}' {objection}, so what is kept there could be exchanged.",
        $"Set {nameof(TemporaryPostgresOptions.DataFolder)} to a folder that only you can change, with every folder on the way to it.", "");
}
