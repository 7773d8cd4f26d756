namespace TxAspects.Tests;

/// <summary>The primitive for middleware and workers.</summary>
[TestClass]
public sealed class ScopeTests : DatabaseTests
{
    private readonly OutOfStockException _failure = new();

    [TestMethod]
    public async Task Completed_scope_commits_and_tells_its_state()
    {
        ITxUnit unit;
        await using (var scope = Tx.Open())
        {
            unit = scope.Unit!;
            Assert.AreSame(unit, Tx.Current);
            await InsertAsync("tea");
            await scope.CompleteAsync();
            Assert.AreEqual(UnitOfWorkState.Committed, unit.State);
            Assert.IsFalse(Tx.IsOpen);
        }

        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public void Completed_scope_commits_synchronously()
    {
        using (var scope = Tx.Open())
        {
            Insert("tea");
            scope.Complete();
        }

        Assert.AreEqual(1, Master.CountAsync().Result);
    }

    [TestMethod]
    public async Task Scope_that_is_only_disposed_rolls_back()
    {
        ITxUnit unit;
        await using (var scope = Tx.Open())
        {
            unit = scope.Unit!;
            await InsertAsync("tea");
        }

        Assert.AreEqual(UnitOfWorkState.RolledBack, unit.State);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Scope_that_is_only_disposed_synchronously_rolls_back()
    {
        using (Tx.Open())
            Insert("tea");

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Exception_in_the_block_rolls_back_and_passes()
    {
        var caught = await Assert.ThrowsExactlyAsync<OutOfStockException>(async () =>
        {
            await using var scope = Tx.Open();
            await InsertAsync("tea");
            throw _failure;
        });

        Assert.AreSame(_failure, caught);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Scope_that_was_not_completed_rolls_back_even_where_every_exception_commits()
    {
        await using (Tx.Open(new UnitOfWorkOptions { CommitOn = [typeof(Exception)] }))
            await InsertAsync("tea");

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Ambient_unit_is_restored_after_each_way_to_dispose()
    {
        await using (var outer = Tx.Open())
        {
            using (Tx.Open(new UnitOfWorkOptions { Propagation = Propagation.RequiresNew }))
                Assert.AreNotSame(outer.Unit, Tx.Current);
            Assert.AreSame(outer.Unit, Tx.Current);

            await using (Tx.Open(new UnitOfWorkOptions { Propagation = Propagation.RequiresNew }))
                Assert.AreNotSame(outer.Unit, Tx.Current);
            Assert.AreSame(outer.Unit, Tx.Current);
        }

        Assert.IsFalse(Tx.IsOpen);
    }

    [TestMethod]
    public async Task Inner_scope_joins_and_leaves_the_commit_to_the_outer_one()
    {
        await using var outer = Tx.Open();
        await using (var inner = Tx.Open())
        {
            Assert.AreSame(outer.Unit, inner.Unit);
            await InsertAsync("tea");
            await inner.CompleteAsync();
        }

        Assert.AreEqual(0, await Master.CountAsync());
        await outer.CompleteAsync();
        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Inner_scope_that_is_only_disposed_dooms()
    {
        await using var outer = Tx.Open();
        await InsertAsync("tea");
        await using (Tx.Open(new UnitOfWorkOptions { Name = "inner" }))
            await InsertAsync("tea");

        Assert.IsInstanceOfType<ScopeNotCompletedException>(outer.Unit!.DoomCause);
        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => outer.CompleteAsync().AsTask());

        Assert.AreEqual("inner", doomed.FailedIn);
        Assert.AreEqual(UnitOfWorkState.RolledBack, outer.Unit!.State);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Failing_call_inside_a_scope_dooms_it_where_it_is_swallowed()
    {
        await using var scope = Tx.Open();
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(async () =>
        {
            await InsertAsync("tea");
            throw _failure;
        }));

        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => scope.CompleteAsync().AsTask());

        Assert.AreSame(_failure, doomed.InnerException);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Request_to_roll_back_in_a_scope_that_opened_the_unit_is_silent()
    {
        await using var scope = Tx.Open();
        await InsertAsync("tea");
        Tx.SetRollbackOnly("no tea");
        await scope.CompleteAsync();

        Assert.AreEqual(UnitOfWorkState.RolledBack, scope.Unit!.State);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Completing_twice_is_refused()
    {
        await using var scope = Tx.Open();
        await scope.CompleteAsync();

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => scope.CompleteAsync().AsTask());
        Assert.ThrowsExactly<InvalidOperationException>(scope.Complete);
    }

    [TestMethod]
    public async Task Completing_after_disposal_is_refused()
    {
        var scope = Tx.Open();
        await scope.DisposeAsync();

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => scope.CompleteAsync().AsTask());
    }

    [TestMethod]
    public async Task Disposing_twice_is_fine()
    {
        await using (var outer = Tx.Open())
        {
            var inner = Tx.Open(new UnitOfWorkOptions { Propagation = Propagation.RequiresNew });
            await inner.DisposeAsync();
            inner.Dispose();
            Assert.AreSame(outer.Unit, Tx.Current);
        }

        Assert.IsFalse(Tx.IsOpen);
    }

    [TestMethod]
    public async Task Completing_with_a_cancelled_token_commits_nothing()
    {
        await using (var scope = Tx.Open())
        {
            await InsertAsync("tea");
            await Assert.ThrowsExactlyAsync<OperationCanceledException>(
                async () => await scope.CompleteAsync(new CancellationToken(canceled: true)));
        }

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Commit_that_fails_throws_from_completing_and_disposal_stays_silent()
    {
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity, slot) VALUES ('first', 1, 1)");
        await using var scope = Tx.Open();
        (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = "second", Slot = 1 });

        await Assert.ThrowsExactlyAsync<Npgsql.PostgresException>(() => scope.CompleteAsync().AsTask());

        Assert.AreEqual(UnitOfWorkState.RolledBack, scope.Unit!.State);
    }

    [TestMethod]
    public async Task Unit_committed_in_part_says_so_after_its_end()
    {
        var archive = await CreateArchiveAsync();
        await archive.ExecuteAsync("INSERT INTO orders (item, quantity, slot) VALUES ('first', 1, 1)");
        await using var scope = Tx.Open();
        await InsertAsync("kept");
        (await Tx.SessionAsync(archive.Connect)).Orders.Add(new Order { Item = "second", Slot = 1 });

        await Assert.ThrowsExactlyAsync<PartialCommitException>(() => scope.CompleteAsync().AsTask());

        Assert.AreEqual(UnitOfWorkState.PartlyCommitted, scope.Unit!.State);
    }

    [TestMethod]
    public async Task Scope_may_be_opened_in_a_committed_hook()
    {
        await Tx.RunAsync(async () =>
        {
            Tx.OnCommitted(async () =>
            {
                await using var scope = Tx.Open();
                await InsertAsync("hook");
                await scope.CompleteAsync();
            });
            await InsertAsync("body");
        });

        Assert.AreEqual("body,hook", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Synchronous_end_refuses_hooks_to_await_and_rolls_back()
    {
        using (var scope = Tx.Open())
        {
            Insert("tea");
            Tx.OnCommitted(() => Task.CompletedTask);
            Assert.ThrowsExactly<SynchronousUseException>(scope.Complete);
        }

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Nested_scope_is_refused_in_an_open_unit_and_leaves_it_alone()
    {
        await using var outer = Tx.Open();
        await InsertAsync("tea");

        Assert.ThrowsExactly<NotSupportedException>(() => Tx.Open(new UnitOfWorkOptions { Propagation = Propagation.Nested }));

        Assert.AreSame(outer.Unit, Tx.Current);
        await outer.CompleteAsync();
        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Scope_without_a_unit_hides_the_open_one()
    {
        await using var outer = Tx.Open();
        await using (var hidden = Tx.Open(new UnitOfWorkOptions { Propagation = Propagation.NotSupported }))
        {
            Assert.IsNull(hidden.Unit);
            Assert.IsFalse(Tx.IsOpen);
            await hidden.CompleteAsync();
        }

        Assert.AreSame(outer.Unit, Tx.Current);
    }
}
