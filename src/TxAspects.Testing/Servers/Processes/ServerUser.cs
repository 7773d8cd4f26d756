namespace TxAspects.Testing.Servers.Processes;

/// <summary>Who the server runs as. It refuses root, so root hands it to 'postgres', else to 'nobody'.</summary>
internal sealed class ServerUser
{
    private static readonly string[] SetPrivTied = ["setpriv", "--pdeathsig", "QUIT"];
    private static readonly Lazy<Task<ServerUser>> Found = new(() => Task.Run(FindAsync));

    private ServerUser(string? owner, IReadOnlyList<string> prefix, IReadOnlyList<string> tie)
        => (Owner, Prefix, Tie) = (owner, prefix, tie);

    /// <summary>User and group number as chown wants them; null when the server runs as the caller.</summary>
    public string? Owner { get; }

    /// <summary>What to write before a command so that it runs as that user.</summary>
    public IReadOnlyList<string> Prefix { get; }

    /// <summary>What to write before a command so that it ends with its parent. Empty where the system has no such thing.</summary>
    public IReadOnlyList<string> Tie { get; }

    public static Task<ServerUser> FindOnceAsync(CancellationToken cancellationToken) => Found.Value.WaitAsync(cancellationToken);

    private static async Task<ServerUser> FindAsync()
    {
        if (OperatingSystem.IsWindows())
            return new ServerUser(null, [], []);

        var tie = await FirstThatWorksAsync([SetPrivTied, []]).ConfigureAwait(false);
        if (!Environment.IsPrivilegedProcess)
            return new ServerUser(null, [], tie);

        foreach (var name in new[] { "postgres", "nobody" })
        {
            if (await IdAsync("-u", name).ConfigureAwait(false) is { } user && await IdAsync("-g", name).ConfigureAwait(false) is { } group)
                return new ServerUser($"{user}:{group}", await PrefixForAsync(name, user, group).ConfigureAwait(false), tie);
        }

        throw new PostgresStartException("It refuses to run as root, and there is no user 'postgres' or 'nobody'.", "Add one.", "");
    }

    private static Task<IReadOnlyList<string>> PrefixForAsync(string name, string user, string group) => FirstThatWorksAsync(
    [
        ["setpriv", $"--reuid={user}", $"--regid={group}", "--init-groups"],
        ["runuser", "-u", name, "--"],
        ["su", "-s", "/bin/sh", "-c", "exec \"$0\" \"$@\"", "--", name],
    ]);

    private static async Task<IReadOnlyList<string>> FirstThatWorksAsync(IReadOnlyList<string[]> prefixes)
    {
        foreach (var prefix in prefixes.SkipLast(1))
        {
            if (await TryAsync([.. prefix, "true"]).ConfigureAwait(false) is not null)
                return prefix;
        }

        return prefixes[^1];
    }

    private static async Task<string?> IdAsync(string option, string name)
        => (await TryAsync(["id", option, name]).ConfigureAwait(false))?.Trim();

    private static async Task<string?> TryAsync(IReadOnlyList<string> command)
    {
        try
        {
            var (exitCode, output) = await ChildProcess.RunAsync(command, CancellationToken.None).ConfigureAwait(false);
            return exitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // The program is not installed.
        }
    }
}
