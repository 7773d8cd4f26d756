using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>A unit with CommitMode.TwoPhase is committed in all of its databases or in none.</summary>
public abstract class TwoPhaseSpecification<TEntry> : TwoPhaseFixture<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Both_are_committed_by_one_decision()
    {
        var committed = false;

        await Units.TwoPhaseAsync(async () =>
        {
            Tx.OnCommitted(() => committed = true);
            await InsertInBothAsync("tea");
        });

        await AssertInBothAsync("tea");
        Assert.IsTrue(committed);
        Assert.AreEqual(UnitOfWorkState.Committed, Unit!.State);
        Assert.AreSequenceEqual(
            new[] { new ConnectOutcome("master", UnitOfWorkState.Committed), new ConnectOutcome("archive", UnitOfWorkState.Committed) },
            Unit.Outcome!.Connects);
        Assert.IsTrue(await Master.ScalarAsync<bool>("SELECT bool_and(committed) AND count(*) = 1 FROM txaspects_decisions"));
        Assert.AreEqual(1, await DecisionsAsync());
    }

    [TestMethod]
    public async Task Synchronous_unit_commits_both()
    {
        Units.TwoPhase(() =>
        {
            Tx.Session(First).Orders.Add(new Order { Item = "tea" });
            Tx.Session(Second).Orders.Add(new Order { Item = "tea" });
        });

        await AssertInBothAsync("tea");
        Assert.AreEqual(1, await DecisionsAsync());
    }

    [TestMethod]
    public async Task Attached_session_takes_part()
    {
        await using var context = await Tx.NewSessionAsync(Second);

        await Units.TwoPhaseAsync(async () =>
        {
            await InsertAsync("tea", First);
            Tx.AttachSession(Second, context);
            await InsertAsync("tea", Second);
        });

        await AssertInBothAsync("tea");
        Assert.AreEqual(1, await DecisionsAsync());
    }

    [TestMethod]
    public async Task Exception_rolls_both_back()
    {
        await SwallowAsync(() => Units.TwoPhaseAsync(async () =>
        {
            await InsertAsync("tea", First);
            await InsertAndFailAsync("tea", Second);
        }));

        await AssertInBothAsync("");
    }

    [TestMethod]
    public async Task Only_one_that_wrote_commits_as_ever()
    {
        await Units.TwoPhaseAsync(() => InsertAsync("tea", First));
        await Units.TwoPhaseAsync(async () =>
        {
            _ = await (await Tx.SessionAsync(Second)).Orders.CountAsync();
            await InsertAsync("coffee", First);
        });
        await Units.TwoPhaseAsync(async () =>
        {
            _ = await (await Tx.SessionAsync(First)).Orders.CountAsync();
            _ = await (await Tx.SessionAsync(Second)).Orders.CountAsync();
        });

        Assert.AreEqual("coffee,tea", await Master.ItemsAsync());
        Assert.AreEqual(0, await DecisionsAsync());
    }

    [TestMethod]
    public async Task Constraint_that_is_checked_when_preparing_rolls_both_back()
    {
        ITxUnit? unit = null;

        var failure = await Assert.ThrowsExactlyAsync<PostgresException>(() => Units.TwoPhaseAsync(async () =>
        {
            unit = Tx.Current;
            await InsertAsync("tea", First);
            await AddAsync(new Order { Item = "one", Slot = 7 }, Second);
            await AddAsync(new Order { Item = "two", Slot = 7 }, Second);
        }));

        Assert.AreEqual("unique_slot", failure.ConstraintName);
        Assert.AreEqual(UnitOfWorkState.RolledBack, unit!.State);
        await AssertInBothAsync("");
        Assert.AreEqual(0, await DecisionsAsync());
    }

    [TestMethod]
    public async Task Constraint_that_is_checked_with_the_decision_rolls_both_back()
    {
        var rolledBack = false;

        await Assert.ThrowsExactlyAsync<PostgresException>(() => Units.TwoPhaseAsync(async () =>
        {
            Tx.OnRolledBack(() => rolledBack = true);
            await AddAsync(new Order { Item = "one", Slot = 7 }, First);
            await AddAsync(new Order { Item = "two", Slot = 7 }, First);
            await InsertAsync("tea", Second);
        }));

        Assert.IsTrue(rolledBack);
        await AssertInBothAsync("");
    }

    [TestMethod]
    public async Task What_cannot_be_prepared_is_refused_by_the_server_and_rolled_back()
    {
        var failure = await Assert.ThrowsExactlyAsync<PostgresException>(() => Units.TwoPhaseAsync(async () =>
        {
            await InsertInBothAsync("tea");
            await (await Tx.SessionAsync(Second)).Database.ExecuteSqlRawAsync("NOTIFY somebody");
        }));

        Assert.AreEqual(PostgresErrorCodes.FeatureNotSupported, failure.SqlState);
        await AssertInBothAsync("");
    }

    [TestMethod]
    public async Task Failed_command_that_was_swallowed_on_the_raw_connection_is_no_commit()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.TwoPhaseAsync(async () =>
        {
            await InsertInBothAsync("tea");
            await using var command = (await Tx.ConnectionAsync(Second)).CreateCommand();
            command.CommandText = "SELECT 1/0";
            await Assert.ThrowsExactlyAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
        }));

        await AssertInBothAsync("");
    }

    [TestMethod]
    public async Task Early_commit_of_all_is_in_two_phases_and_the_sessions_go_on()
    {
        await Units.TwoPhaseAsync(async () =>
        {
            await InsertInBothAsync("first");
            await Tx.CommitAllAsync();
            await AssertInBothAsync("first");
            await InsertInBothAsync("second");
        });

        await AssertInBothAsync("first,second");
        Assert.AreEqual(2, await DecisionsAsync());
    }

    [TestMethod]
    public async Task Early_commit_that_failed_is_undone_in_both_and_the_unit_may_start_over()
    {
        await Units.TwoPhaseAsync(async () =>
        {
            await InsertAsync("lost", First);
            await AddAsync(new Order { Item = "one", Slot = 7 }, Second);
            await AddAsync(new Order { Item = "two", Slot = 7 }, Second);
            await Assert.ThrowsExactlyAsync<PostgresException>(() => Tx.CommitAllAsync());
            await Tx.RollbackAllAsync();
            await InsertInBothAsync("tea");
        });

        await AssertInBothAsync("tea");
    }

    [TestMethod]
    public async Task Failure_before_the_decision_may_be_repeated()
    {
        var attempts = 0;

        await Tx.RunAsync(
            async () =>
            {
                await InsertInBothAsync("tea");
                if (++attempts == 1)
                    await KillBackendAsync(Archive, Second);
            },
            new UnitOfWorkOptions { CommitMode = CommitMode.TwoPhase, MaxRetries = 1 });

        Assert.AreEqual(2, attempts);
        await AssertInBothAsync("tea");
    }

    [TestMethod]
    public async Task Inner_call_may_not_ask_for_more_than_the_unit_gives()
    {
        var refused = await Assert.ThrowsExactlyAsync<UnitOfWorkJoinException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea", First);
            await Units.TwoPhaseAsync(() => Task.CompletedTask);
        }));

        Assert.AreEqual("CommitMode", refused.Setting);
        Assert.AreEqual(NameOf("TwoPhaseAsync"), refused.MethodName);
        await Units.TwoPhaseAsync(() => Units.RequiredAsync(() => InsertInBothAsync("tea")));
        await AssertInBothAsync("tea");
        Assert.AreEqual(1, await DecisionsAsync());
    }

    [TestMethod]
    public async Task Unused_scope_takes_the_mode_over()
    {
        await using var scope = Tx.Open();
        await Units.TwoPhaseAsync(() => InsertInBothAsync("tea"));
        await scope.CompleteAsync();

        await AssertInBothAsync("tea");
        Assert.AreEqual(1, await DecisionsAsync());
    }

    [TestMethod]
    public async Task Connect_that_is_not_set_up_is_named()
    {
        await using var other = Archive.Create(name: "archive");

        var refused = await Assert.ThrowsExactlyAsync<TwoPhaseCommitException>(
            () => Units.TwoPhaseAsync(() => InsertInBothAsync("tea", second: other)));

        Assert.AreEqual("archive", refused.ConnectName);
        StringAssert.Contains(refused.Message, "PostgresTwoPhase");
        await AssertInBothAsync("");
    }

    [TestMethod]
    public async Task Database_without_the_table_is_named()
    {
        await using var other = Archive.Create(name: "archive", twoPhase: new PostgresTwoPhase { Table = "elsewhere.missing" });

        var refused = await Assert.ThrowsExactlyAsync<TwoPhaseCommitException>(
            () => Units.TwoPhaseAsync(() => InsertInBothAsync("tea", second: other)));

        StringAssert.Contains(refused.Message, "'elsewhere.missing'");
        await AssertInBothAsync("");
    }

    private static async Task KillBackendAsync(TestDatabase database, DbConnect<ShopContext> connect)
        => await database.KillAsync(await BackendAsync(connect));
}

[TestClass]
public sealed class TwoPhaseOnInterfaceProxyTests : TwoPhaseSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class TwoPhaseOnClassProxyTests : TwoPhaseSpecification<ClassProxyEntry>;

[TestClass]
public sealed class TwoPhaseOnCallTests : TwoPhaseSpecification<CallEntry>;
