namespace TxAspects.Tests;

/// <summary>Units that end, in every way, while their branch is held at one place: connections, rows and the report are right.</summary>
[TestClass]
public sealed class EndingTests
{
    public static IEnumerable<EndedBy> Ways => Enum.GetValues<EndedBy>();

    /// <summary>A synchronous unit refuses hooks that can be held.</summary>
    public static IEnumerable<EndedBy> AsynchronousWays => Ways.Except([EndedBy.SynchronousReturn, EndedBy.SynchronousThrow]);

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public Task Unit_ends_while_its_branch_is_before_its_session_is_made(EndedBy way)
        => EndingCheck.RunAsync(HeldAt.BeforeCreateSession, way);

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public Task Unit_ends_while_its_branch_is_waiting_for_a_connection(EndedBy way)
        => EndingCheck.RunAsync(HeldAt.WaitingForConnection, way);

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public Task Unit_ends_while_its_branch_is_opening_its_connection(EndedBy way)
        => EndingCheck.RunAsync(HeldAt.Opening, way);

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public Task Unit_ends_while_its_branch_is_about_to_begin(EndedBy way)
        => EndingCheck.RunAsync(HeldAt.AboutToBegin, way);

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public Task Unit_ends_while_its_branch_is_having_begun(EndedBy way)
        => EndingCheck.RunAsync(HeldAt.Begun, way);

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public Task Unit_ends_while_its_branch_is_with_its_BEGIN_on_the_way(EndedBy way)
        => EndingCheck.RunAsync(HeldAt.BeginSent, way);

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public Task Unit_ends_while_its_branch_is_before_its_first_command(EndedBy way)
        => EndingCheck.RunAsync(HeldAt.FirstCommand, way);

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public Task Unit_ends_while_its_branch_is_in_a_running_command(EndedBy way)
        => EndingCheck.RunAsync(HeldAt.Running, way);

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public Task Unit_ends_while_its_branch_is_reading(EndedBy way)
        => EndingCheck.RunAsync(HeldAt.Reading, way);

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public Task Unit_ends_while_its_branch_is_in_SavingChanges(EndedBy way)
        => EndingCheck.RunAsync(HeldAt.SavingChanges, way);

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public Task Unit_ends_while_its_branch_is_in_SavedChanges(EndedBy way)
        => EndingCheck.RunAsync(HeldAt.SavedChanges, way);

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public Task Unit_ends_while_its_branch_is_between_two_commands(EndedBy way)
        => EndingCheck.RunAsync(HeldAt.BetweenCommands, way);

    [TestMethod]
    [DynamicData(nameof(AsynchronousWays))]
    public Task Unit_ends_while_its_branch_is_in_a_hook(EndedBy way)
        => EndingCheck.RunAsync(HeldAt.InHook, way);

    [TestMethod]
    [DataRow("Close")]
    [DataRow("CloseAsync")]
    [DataRow("CloseAll")]
    [DataRow("CloseAllAsync")]
    [DataRow("Rollback")]
    [DataRow("RollbackAsync")]
    [DataRow("RollbackAll")]
    [DataRow("RollbackAllAsync")]
    [DataRow("Commit")]
    [DataRow("CommitAsync")]
    public async Task Early_end_beside_a_command_past_EF_Core_is_refused_and_the_row_is_kept(string end)
    {
        await using var database = await EndingCheck.CreateDatabaseAsync();
        await using var stage = await Stage.SetAsync(database, HeldAt.Running, BranchUse.Connection);

        await Tx.RunAsync(async () =>
        {
            var branch = stage.Branch.RunAsync();
            await stage.ArriveAsync(branch);
            await Assert.ThrowsExactlyAsync<SessionInUseException>(() => EndAsync(end, stage.Connect));
            await stage.ReleaseAsync();
            await branch;
        });

        Assert.AreEqual(1, await database.CountAsync(stage.Branch.Item));
    }

    private static Task EndAsync(string end, DbConnect connect)
    {
        switch (end)
        {
            case "CloseAsync": return Tx.CloseAsync(connect);
            case "CloseAllAsync": return Tx.CloseAllAsync();
            case "RollbackAsync": return Tx.RollbackAsync(connect);
            case "RollbackAllAsync": return Tx.RollbackAllAsync();
            case "CommitAsync": return Tx.CommitAsync(connect);
            case "Close": Tx.Close(connect); break;
            case "CloseAll": Tx.CloseAll(); break;
            case "Rollback": Tx.Rollback(connect); break;
            case "RollbackAll": Tx.RollbackAll(); break;
            default: Tx.Commit(connect); break;
        }

        return Task.CompletedTask;
    }
}
