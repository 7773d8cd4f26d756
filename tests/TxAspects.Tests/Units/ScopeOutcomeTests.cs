using System.Data;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>How a scope ends other than by completing it or leaving it, and what the unit it opened early takes over.</summary>
[TestClass]
public sealed class ScopeOutcomeTests : DatabaseTests
{
    private readonly OutOfStockException _failure = new();
    private readonly CalledUnits _units = new();

    [TestMethod]
    public async Task Failed_scope_rolls_back_and_records_the_exception()
    {
        await using var scope = Tx.Open();
        await InsertAsync("tea");

        await scope.FailAsync(_failure);

        Assert.AreSame(_failure, scope.Unit!.Outcome!.Cause);
        Assert.AreEqual("it failed with OutOfStockException", scope.Unit.Outcome.Reason);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public void Failed_scope_rolls_back_synchronously()
    {
        using var scope = Tx.Open();
        Insert("tea");

        scope.Fail(_failure);

        Assert.AreEqual(UnitOfWorkState.RolledBack, scope.Unit!.State);
        Assert.ThrowsExactly<InvalidOperationException>(scope.Complete);
    }

    [TestMethod]
    public async Task Failed_scope_commits_where_its_settings_list_the_exception()
    {
        await using var scope = Tx.Open(new UnitOfWorkOptions { CommitOn = [typeof(OutOfStockException)] });
        await InsertAsync("tea");

        await scope.FailAsync(_failure);

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Failed_scope_is_never_to_be_repeated()
    {
        await using var scope = Tx.Open(new UnitOfWorkOptions { MaxRetries = 3, RetryOnConcurrencyFailure = true });
        var undone = false;
        Tx.OnRolledBack(() => undone = true);

        await scope.FailAsync(new DbUpdateConcurrencyException());

        Assert.IsFalse(scope.Unit!.Outcome!.IsRepeated);
        Assert.IsTrue(undone);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Scope_completed_with_a_result_that_means_failure_rolls_back(bool async)
    {
        await using var scope = Tx.Open(new UnitOfWorkOptions().RollbackWhen<string>(text => text == "bad"));
        await InsertAsync("tea");

        if (async)
            await scope.CompleteAsync("bad");
        else
            scope.Complete("bad");

        Assert.AreEqual(UnitOfWorkState.RolledBack, scope.Unit!.State);
    }

    [TestMethod]
    public async Task Scope_can_be_told_from_anywhere_to_roll_back()
    {
        await using var scope = Tx.Open();
        await InsertAsync("tea");
        await Tx.RunInNewContextAsync(() =>
        {
            scope.SetRollbackOnly("status 404");
            return Task.CompletedTask;
        });

        await scope.CompleteAsync();

        Assert.AreEqual("Tx.SetRollbackOnly was called with the reason 'status 404'", scope.Unit!.Outcome!.Reason);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Scope_with_a_name_and_a_propagation_takes_over_settings_where_it_says_so()
    {
        await using var scope = Tx.Open(
            new UnitOfWorkOptions { Name = "early", Propagation = Propagation.RequiresNew, AdoptSettings = true });

        await _units.SerializableAsync(() => InsertAsync("tea"));

        Assert.AreEqual(IsolationLevel.Serializable, scope.Unit!.Options.IsolationLevel);
        Assert.AreEqual("early", scope.Unit.Name);
        await scope.CompleteAsync();
    }

    [TestMethod]
    public async Task Inherited_read_only_stays_when_settings_are_taken_over()
    {
        await using var scope = Tx.Open(new UnitOfWorkOptions { ReadOnly = true, InheritReadOnly = true, AdoptSettings = true });

        await Assert.ThrowsExactlyAsync<ReadOnlyUnitOfWorkException>(() => _units.SerializableAsync(() => InsertAsync("tea")));

        Assert.IsTrue(scope.Unit!.Options is { ReadOnly: true, IsolationLevel: IsolationLevel.Serializable });
    }

    [TestMethod]
    public async Task Read_only_that_is_not_inherited_refuses_calls_that_may_write()
    {
        await using var scope = Tx.Open(new UnitOfWorkOptions { ReadOnly = true });

        await Assert.ThrowsExactlyAsync<UnitOfWorkJoinException>(() => _units.RequiredAsync(() => Task.CompletedTask));
    }

    [TestMethod]
    public async Task Unit_is_busy_while_a_reader_is_open()
    {
        await using var scope = Tx.Open();
        await InsertAsync("tea");
        Assert.IsFalse(scope.Unit!.IsBusy);

        await foreach (var _ in (await Tx.SessionAsync(Connect)).Orders.AsAsyncEnumerable())
            Assert.IsTrue(scope.Unit.IsBusy);

        Assert.IsFalse(scope.Unit.IsBusy);
        await scope.CompleteAsync();
    }

    [TestMethod]
    public async Task Scope_uses_the_options_it_is_given()
    {
        UnitOfWorkOutcome? ended = null;
        var container = new TxAspectsOptions { OnEnded = outcome => ended = outcome };

        await using var scope = Tx.Open(container, new UnitOfWorkOptions { Name = "contained" });
        await scope.CompleteAsync();

        Assert.AreEqual("contained", ended!.Name);
    }
}
