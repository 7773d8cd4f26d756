using TxAspects.Testing.Servers.Processes;

namespace TxAspects.Testing.Tests.Attacks;

/// <summary>Commands that somebody else runs: another account of the machine, or the one that servers of root run as.</summary>
internal static class OtherAccount
{
    /// <summary>A number that is nobody's.</summary>
    public const string Id = "54321";

    public static void SkipUnlessRoot()
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
            Assert.Inconclusive("Only root can act as another account.");
    }

    /// <summary>
    /// Runs a shell command as an account that has nothing to do with servers. Returns whether it succeeded, and what it wrote.
    /// </summary>
    public static async Task<(bool Succeeded, string Output)> TryAsync(string command, params string[] arguments)
        => await RunAsync(["setpriv", $"--reuid={Id}", $"--regid={Id}", "--clear-groups"], command, arguments);

    /// <summary>The same as the account of the server.</summary>
    public static async Task<(bool Succeeded, string Output)> TryAsServerAsync(string command, params string[] arguments)
        => await RunAsync((await ServerUser.FindOnceAsync(CancellationToken.None)).Prefix, command, arguments);

    public static async Task AsServerAsync(string command, params string[] arguments)
    {
        var (succeeded, output) = await TryAsServerAsync(command, arguments);
        Assert.IsTrue(succeeded, $"The attack was not carried out: {output}");
    }

    private static async Task<(bool, string)> RunAsync(IReadOnlyList<string> prefix, string command, string[] arguments)
    {
        var (exitCode, output) = await ChildProcess.RunAsync(
            [.. prefix, "/bin/sh", "-c", command, "sh", .. arguments], CancellationToken.None);
        return (exitCode == 0, output);
    }
}
