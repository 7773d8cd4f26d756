using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>
/// What a nested call that swallowed a failure, ended work early or met a broken transaction does to itself and to its unit.
/// </summary>
public abstract class NestedOutcomeSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Nested_call_that_swallowed_a_joined_failure_throws_doomed_and_the_outer_method_goes_on()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.NestedAsync(
                () => SwallowAsync(() => Units.MandatoryAsync(() => InsertAndFailAsync("inner")))));
            Assert.AreSame(Failure, doomed.InnerException);
            Assert.AreEqual(NameOf("NestedAsync"), doomed.UnitName);
            Assert.AreEqual(NameOf("MandatoryAsync"), doomed.FailedIn);
            Assert.AreEqual(UnitOfWorkState.Open, Tx.Current!.State);
            await InsertAsync("after");
        });

        Assert.AreEqual("after,outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Nested_call_that_swallowed_a_failed_command_throws_doomed_and_the_outer_method_goes_on()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.NestedAsync(async () =>
            {
                await InsertAsync("inner");
                var db = await Tx.SessionAsync(Connect);
                await Assert.ThrowsAsync<Exception>(() => db.Database.ExecuteSqlRawAsync("SELECT nothing"));
            }));
            await InsertAsync("after");
        });

        Assert.AreEqual("after,outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task What_a_nested_call_committed_early_stays_and_the_rest_of_it_goes()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await SwallowAsync(() => Units.NestedAsync(async () =>
            {
                await InsertAsync("committed");
                await Tx.CommitAsync(Connect);
                await InsertAndFailAsync("undone");
            }));
            await InsertAsync("after");
        });

        Assert.AreEqual("after,committed,outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Early_commit_inside_a_nested_call_that_returns_loses_nothing()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await Units.NestedAsync(async () =>
            {
                await InsertAsync("committed");
                await Tx.CommitAsync(Connect);
                await InsertAsync("later");
            });
        });

        Assert.AreEqual("committed,later,outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Early_rollback_inside_a_nested_call_takes_the_outer_work_along_and_the_unit_goes_on()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await Units.NestedAsync(async () =>
            {
                await InsertAsync("inner");
                await Tx.RollbackAsync(Connect);
                await InsertAsync("later");
            });
            await InsertAsync("after");
        });

        Assert.AreEqual("after,later", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Early_close_inside_a_nested_call_that_then_fails_leaves_the_unit_usable()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await SwallowAsync(() => Units.NestedAsync(async () =>
            {
                await Tx.CloseAsync(Connect);
                await InsertAndFailAsync("inner");
            }));
            await InsertAsync("after");
        });

        Assert.AreEqual("after", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Doom_of_the_unit_that_a_nested_call_cleared_by_rolling_back_stays_cleared_when_it_fails()
    {
        await Units.RequiredAsync(async () =>
        {
            await SwallowAsync(() => Units.RequiredAsync(() => InsertAndFailAsync("undone")));
            await SwallowAsync(() => Units.NestedAsync(async () =>
            {
                await Tx.RollbackAllAsync();
                await InsertAndFailAsync("inner");
            }));
            Assert.AreEqual(UnitOfWorkState.Open, Tx.Current!.State);
            await InsertAsync("after");
        });

        Assert.AreEqual("after", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Nested_call_on_a_broken_transaction_is_refused_before_its_body_runs()
    {
        var ran = false;

        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            var db = await Tx.SessionAsync(Connect);
            await Assert.ThrowsAsync<Exception>(() => db.Database.ExecuteSqlRawAsync("SELECT nothing"));
            await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.NestedAsync(() =>
            {
                ran = true;
                return Task.CompletedTask;
            }));
        }));

        Assert.IsFalse(ran);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Nested_call_that_succeeds_does_not_clear_an_earlier_doom()
    {
        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await SwallowAsync(() => Units.RequiredAsync(() => throw Failure));
            await Units.NestedAsync(() => InsertAsync("inner"));
        }));

        Assert.AreSame(Failure, doomed.InnerException);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Nested_call_commits_on_a_listed_exception_what_it_wrote()
    {
        await Units.RequiredAsync(
            () => Assert.ThrowsExactlyAsync<ApplicationException>(() => Units.NestedCommitOnApplicationExceptionAsync(async () =>
        {
            await InsertAsync("inner");
            throw new ApplicationException();
        })));

        Assert.AreEqual("inner", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Nested_call_that_cannot_save_after_a_listed_exception_keeps_that_exception_and_is_undone()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await Assert.ThrowsExactlyAsync<ApplicationException>(() => Units.NestedCommitOnApplicationExceptionAsync(async () =>
            {
                await AddAsync(new Order { Item = "inner", Quantity = 0 });
                throw new ApplicationException();
            }));
            await InsertAsync("after");
        });

        Assert.AreEqual("after,outer", await Master.ItemsAsync());
    }
}

[TestClass]
public sealed class NestedOutcomeOnInterfaceProxyTests : NestedOutcomeSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class NestedOutcomeOnClassProxyTests : NestedOutcomeSpecification<ClassProxyEntry>;

[TestClass]
public sealed class NestedOutcomeOnCallTests : NestedOutcomeSpecification<CallEntry>;
