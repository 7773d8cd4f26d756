using Npgsql;
using TxAspects.Testing.Servers.Processes;

namespace TxAspects.Testing.Tests;

[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class OwnerEndTests
{
    [TestMethod]
    [DataRow("KILL")]
    [DataRow("TERM")]
    [DataRow("INT")]
    [DataRow("HUP")]
    public async Task Owner_ended_by_a_signal_takes_its_server_along(string signal)
    {
        using var owner = await OwnerProcess.StartAsync("hold", TestRun.Data.Path);
        var trace = await ServerTrace.OfAsync(owner.ConnectionString);

        await owner.SignalAsync(signal);

        Assert.AreNotEqual(0, await owner.WaitForExitAsync());
        await trace.AssertGoneAsync();
    }

    [TestMethod]
    public async Task Owner_that_ends_without_disposing_takes_its_server_along()
    {
        using var owner = await OwnerProcess.StartAsync("leave", TestRun.Data.Path);
        Assert.AreEqual(0, await owner.WaitForExitAsync());

        await ServerTrace.EventuallyAsync(() => !CanConnect(owner.ConnectionString), "The server still answers.");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task Control_C_ends_the_owner_and_its_server()
    {
        using var owner = await OwnerProcess.StartAsync("hold", TestRun.Data.Path);
        var trace = await ServerTrace.OfAsync(owner.ConnectionString);

        await owner.PressControlCAsync();

        Assert.AreNotEqual(0, await owner.WaitForExitAsync());
        await trace.AssertGoneAsync();
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task Control_C_that_the_owner_handles_does_not_reach_the_server()
    {
        using var owner = await OwnerProcess.StartAsync("survive-interrupt", TestRun.Data.Path);
        var trace = await ServerTrace.OfAsync(owner.ConnectionString);
        Assert.AreEqual("listening", await owner.ReadLineAsync());

        await owner.PressControlCAsync();

        Assert.AreEqual("still here", await owner.ReadLineAsync());
        Assert.AreEqual(0, await owner.WaitForExitAsync());
        await trace.AssertGoneAsync();
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task Server_ends_with_its_guard()
    {
        await SkipUnlessTiedToGuardAsync();
        await using var server = await TemporaryPostgres.StartAsync(TestRun.Data.Options);
        var trace = await ServerTrace.OfAsync(server.ConnectionString);

        await trace.KillGuardAsync();

        await ServerTrace.EventuallyAsync(() => !trace.ProcessLives, "The server survived its guard.");
        await server.DisposeAsync();
        await trace.AssertGoneAsync();
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task Next_start_removes_what_a_killed_run_left_but_not_what_is_in_use()
    {
        await SkipUnlessTiedToGuardAsync();
        using var folder = new TestFolder();
        await using var inUse = await TemporaryPostgres.StartAsync(folder.Options);
        using var owner = await OwnerProcess.StartAsync("hold", folder.Path);
        var trace = await ServerTrace.OfAsync(owner.ConnectionString);
        await trace.KillGuardAsync();
        await owner.SignalAsync("KILL");
        await owner.WaitForExitAsync();
        await ServerTrace.EventuallyAsync(() => !trace.ProcessLives, "The server survived its guard.");
        Assert.IsTrue(trace.FolderExists, "Nothing was left over, so nothing would be tested.");

        await using var next = await TemporaryPostgres.StartAsync(folder.Options);

        Assert.IsFalse(trace.FolderExists);
        await trace.AssertGoneAsync();
        var kept = await ServerTrace.OfAsync(inUse.ConnectionString);
        Assert.IsTrue(File.Exists(kept.RunFolder + ".lock"), "The lock of a running server was removed.");
    }

    private static async Task SkipUnlessTiedToGuardAsync()
    {
        var user = await ServerUser.FindOnceAsync(CancellationToken.None);
        if (!user.Tie.Contains("--pdeathsig"))
            Assert.Inconclusive("There is no 'setpriv' here that ends a process with its parent.");
    }

    private static bool CanConnect(string connectionString)
    {
        try
        {
            using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
            connection.Open();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
