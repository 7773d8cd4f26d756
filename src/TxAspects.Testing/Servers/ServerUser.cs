namespace TxAspects.Testing.Servers;

/// <summary>Who the server runs as. It refuses root, so root hands it to 'postgres', else to 'nobody'.</summary>
internal sealed class ServerUser
{
    private const string StopWithGuard = "--pdeathsig";

    private static readonly Lazy<Task<ServerUser>> Found = new(() => Task.Run(FindAsync));

    private ServerUser(string? owner, IReadOnlyList<string> prefix, IReadOnlyList<string> serverPrefix)
        => (Owner, Prefix, ServerPrefix) = (owner, prefix, serverPrefix);

    /// <summary>User and group number as chown wants them; null when the server runs as the caller.</summary>
    public string? Owner { get; }

    /// <summary>What to write before a command so that it runs as that user.</summary>
    public IReadOnlyList<string> Prefix { get; }

    /// <summary>The same for the server itself; on Linux it then also ends with its guard, should somebody kill that.</summary>
    public IReadOnlyList<string> ServerPrefix { get; }

    public static Task<ServerUser> FindOnceAsync(CancellationToken cancellationToken) => Found.Value.WaitAsync(cancellationToken);

    private static async Task<ServerUser> FindAsync()
    {
        if (OperatingSystem.IsWindows())
            return new ServerUser(null, [], []);
        if (!Environment.IsPrivilegedProcess)
            return new ServerUser(null, [], await FirstThatWorksAsync([["setpriv", StopWithGuard, "QUIT"], []]).ConfigureAwait(false));

        foreach (var name in new[] { "postgres", "nobody" })
            if (await IdAsync("-u", name).ConfigureAwait(false) is { } user && await IdAsync("-g", name).ConfigureAwait(false) is { } group)
                return await ForAsync(name, user, group).ConfigureAwait(false);
        throw new PostgresStartException("It refuses to run as root, and there is no user 'postgres' or 'nobody'.", "Add one.", "");
    }

    private static async Task<ServerUser> ForAsync(string name, string user, string group)
    {
        string[] setpriv = ["setpriv", $"--reuid={user}", $"--regid={group}", "--init-groups"];
        string[] runuser = ["runuser", "-u", name, "--"];
        string[] su = ["su", "-s", "/bin/sh", "-c", "exec \"$0\" \"$@\"", "--", name];

        var server = await FirstThatWorksAsync([[.. setpriv, StopWithGuard, "QUIT"], setpriv, runuser, su]).ConfigureAwait(false);
        var isGuarded = server.Contains(StopWithGuard);
        return new ServerUser($"{user}:{group}", isGuarded ? setpriv : server, server);
    }

    private static async Task<IReadOnlyList<string>> FirstThatWorksAsync(IReadOnlyList<string[]> prefixes)
    {
        foreach (var prefix in prefixes.SkipLast(1))
            if (await TryAsync([.. prefix, "true"]).ConfigureAwait(false) is not null)
                return prefix;
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
