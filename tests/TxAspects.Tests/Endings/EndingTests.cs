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
}
