namespace TxAspects.Tests;

/// <summary>
/// Units that end while a connection that waited in the pool is checked, or while their first command is sent again because theirs was
/// dead.
/// </summary>
[TestClass]
public sealed class DeadConnectionEndingTests
{
    public static IEnumerable<EndedBy> Ways => Enum.GetValues<EndedBy>();

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public Task Unit_ends_while_the_connection_of_its_branch_is_checked(EndedBy way)
        => EndingCheck.RunAsync(HeldAt.Checking, way);

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public Task Unit_ends_while_its_branch_opens_another_connection_for_its_first_command(EndedBy way)
        => EndingCheck.RunAsync(HeldAt.OpeningAgain, way);

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public Task Unit_ends_while_its_branch_has_opened_another_connection_for_its_first_command(EndedBy way)
        => EndingCheck.RunAsync(HeldAt.OpenAgain, way);

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public Task Unit_ends_while_the_first_command_of_its_branch_is_sent_again(EndedBy way)
        => EndingCheck.RunAsync(HeldAt.SentAgain, way);

    [TestMethod]
    [DataRow(HeldAt.Checking, BranchUse.Save)]
    [DataRow(HeldAt.Checking, BranchUse.Update)]
    [DataRow(HeldAt.OpeningAgain, BranchUse.Save)]
    [DataRow(HeldAt.OpeningAgain, BranchUse.Update)]
    [DataRow(HeldAt.OpenAgain, BranchUse.Save)]
    [DataRow(HeldAt.OpenAgain, BranchUse.Update)]
    public async Task Unit_that_comes_next_is_not_harmed_by_a_branch_that_goes_on(HeldAt at, BranchUse use)
    {
        await using var database = await EndingCheck.CreateDatabaseAsync();
        await using var stage = await Stage.SetAsync(database, at, use);
        Task branch = null!;
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(async () =>
        {
            branch = stage.Branch.RunAsync();
            await stage.ArriveAsync(branch);
            throw new OutOfStockException();
        }));

        await Tx.RunAsync(async () =>
        {
            await InsertAsync("next", stage);
            await stage.ReleaseAsync();
            await Assert.ThrowsAsync<Exception>(() => branch);
            await InsertAsync("next", stage);
        });

        Assert.AreEqual(0, await database.CountAsync(stage.Branch.Item));
        Assert.AreEqual(2, await database.CountAsync("next"));
        await stage.AssertNothingIsLeftAsync();
    }

    private static async Task InsertAsync(string item, Stage stage)
    {
        var db = await Tx.SessionAsync(stage.Connect);
        db.Add(new Order { Item = item });
        await db.SaveChangesAsync();
    }
}
