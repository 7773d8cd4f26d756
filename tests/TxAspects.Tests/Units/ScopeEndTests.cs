namespace TxAspects.Tests;

/// <summary>What runs at the end of a scope, and what it tells.</summary>
[TestClass]
public sealed class ScopeEndTests : DatabaseTests
{
    [TestMethod]
    [DataRow(true, "committing True, committed False")]
    [DataRow(false, "rolled back False")]
    public async Task Hooks_run_around_the_end_of_a_scope(bool completes, string expected)
    {
        var ran = new List<string>();

        await using (var scope = Tx.Open())
        {
            Tx.OnCommitting(() => ran.Add($"committing {Tx.IsOpen}"));
            Tx.OnCommitted(() => ran.Add($"committed {Tx.IsOpen}"));
            Tx.OnRolledBack(() => ran.Add($"rolled back {Tx.IsOpen}"));
            await InsertAsync("tea");
            if (completes)
                await scope.CompleteAsync();
        }

        Assert.AreEqual(expected, string.Join(", ", ran));
    }

    [TestMethod]
    public async Task Ended_scope_tells_its_outcome_and_how_long_it_took()
    {
        var scope = Tx.Open();
        Assert.IsNull(scope.Unit!.Outcome);
        await InsertAsync("tea");
        await scope.CompleteAsync();
        scope.Dispose();

        var outcome = scope.Unit.Outcome!;
        Assert.AreEqual(new ConnectOutcome("master", UnitOfWorkState.Committed), outcome.Connects.Single());
        Assert.IsLessThanOrEqualTo(outcome.Duration!.Value, outcome.BodyDuration!.Value + outcome.CommitDuration!.Value);
    }
}
