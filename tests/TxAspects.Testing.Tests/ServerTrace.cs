using System.Diagnostics;
using System.Globalization;
using TxAspects.Testing.Servers.Processes;

namespace TxAspects.Testing.Tests;

/// <summary>What a running server leaves on the machine, to be looked at after its end.</summary>
internal sealed record ServerTrace(string RunFolder, int ProcessId)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public bool FolderExists => Directory.Exists(RunFolder);

    public bool ProcessLives
    {
        get
        {
            try
            {
                using var process = Process.GetProcessById(ProcessId);
                return !process.HasExited;
            }
            catch (ArgumentException)
            {
                return false;
            }
        }
    }

    public static async Task<ServerTrace> OfAsync(string connectionString)
    {
        var data = await Sql.ScalarAsync<string>(connectionString, "SHOW data_directory");
        var lines = await File.ReadAllLinesAsync(Path.Combine(data, "postmaster.pid"));
        var trace = new ServerTrace(Path.GetDirectoryName(data)!, int.Parse(lines[0], CultureInfo.InvariantCulture));
        Assert.IsTrue(trace.FolderExists && trace.ProcessLives, "The server that was just asked is not to be seen.");
        return trace;
    }

    public static async Task EventuallyAsync(Func<bool> condition, string message)
    {
        for (var watch = Stopwatch.StartNew(); !condition(); await Task.Delay(20))
            if (watch.Elapsed > Patience)
                Assert.Fail(message);
    }

    public async Task AssertGoneAsync()
    {
        await EventuallyAsync(() => !ProcessLives, "The server still runs.");
        await EventuallyAsync(() => !FolderExists, "The server's folder is still there.");
        await EventuallyAsync(() => !File.Exists(RunFolder + ".lock"), "The lock beside the server's folder is still there.");
    }

    /// <summary>Ends the parent of the server with <c>kill -9</c>, as the account that both belong to.</summary>
    public async Task KillGuardAsync()
    {
        var parent = await Command.RunAsync("ps", "-o", "ppid=", "-p", ProcessId.ToString(CultureInfo.InvariantCulture));
        var user = await ServerUser.FindOnceAsync(CancellationToken.None);
        var (exitCode, _) = await ChildProcess.RunAsync(
            user.Prefix, ["/bin/sh", "-c", "kill -9 \"$0\"", parent.Trim()], CancellationToken.None);
        Assert.AreEqual(0, exitCode, "The guard was not killed.");
    }
}
