using System.Globalization;

namespace TxAspects.Testing.Tests;

[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class OrdinaryUserTests
{
    [TestMethod]
    public async Task Ordinary_user_gets_a_server_that_runs_as_that_user()
    {
        using var folder = new TestFolder();
        using var programs = new TestFolder();
        var isRoot = Environment.IsPrivilegedProcess;
        if (isRoot)
            await GiveToNobodyAsync(folder.Path, programs.Path);

        using var owner = isRoot
            ? await OwnerProcess.StartAsync(
                "hold", folder.Path, programs.Path, "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
            : await OwnerProcess.StartAsync("hold", folder.Path);

        var trace = await ServerTrace.OfAsync(owner.ConnectionString);
        Assert.AreEqual(isRoot ? "65534" : await UserIdAsync(Environment.ProcessId), await UserIdAsync(trace.ProcessId));
        await owner.SignalAsync("KILL");
        await trace.AssertGoneAsync();
    }

    [TestMethod]
    public async Task Server_never_runs_as_root()
    {
        await using var server = await TemporaryPostgres.StartAsync(TestRun.Data.Options);
        var trace = await ServerTrace.OfAsync(server.ConnectionString);

        Assert.AreNotEqual("0", await UserIdAsync(trace.ProcessId));
    }

    // The checkout may be closed to that user, so it gets a copy of the program.
    private static async Task GiveToNobodyAsync(string data, string programs)
    {
        if (!CanOthersRun(OwnerProcess.Dotnet))
            Assert.Inconclusive("The .NET runtime here is in a folder of root's that no other user can enter.");
        await Command.RunAsync("/bin/sh", "-c", $"cp '{AppContext.BaseDirectory}'*.dll '{AppContext.BaseDirectory}'*.json '{programs}'");
        await Command.RunAsync("chown", "-R", "65534:65534", data, programs);
    }

    private static bool CanOthersRun(string program)
    {
        for (var path = program; path is not null; path = Path.GetDirectoryName(path))
            if (!OperatingSystem.IsWindows() && !File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherExecute))
                return false;
        return true;
    }

    private static async Task<string> UserIdAsync(int process)
        => (await Command.RunAsync("ps", "-o", "uid=", "-p", process.ToString(CultureInfo.InvariantCulture))).Trim();
}
