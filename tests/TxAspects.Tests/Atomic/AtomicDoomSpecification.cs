namespace TxAspects.Tests;

/// <summary>How blocks meet a doom, and when their hooks run.</summary>
public abstract class AtomicDoomSpecification<TEntry> : SessionSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    [DataRow(WhenInTransaction.Commit)]
    [DataRow(WhenInTransaction.Join)]
    [DataRow(WhenInTransaction.Throw)]
    [DataRow(WhenInTransaction.Savepoint)]
    public async Task Block_in_a_doomed_unit_is_refused_before_it_runs(WhenInTransaction mode)
    {
        var ran = false;
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("before");
            await FailJoinedAsync();
            await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Tx.AtomicAsync(Connect, _ =>
            {
                ran = true;
                return Task.CompletedTask;
            }, mode));
        }));

        Assert.IsFalse(ran);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Rollback_block_starts_over_in_a_doomed_unit(bool writesInBetween)
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("before");
            await FailJoinedAsync();
            if (writesInBetween)
                await InsertAsync("between");
            await Tx.AtomicAsync(Connect, db => SaveAsync(db, "block"), WhenInTransaction.Rollback);
            await InsertAsync("after");
        });

        Assert.AreEqual("after,block", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(WhenInTransaction.Commit, "committed,block")]
    [DataRow(WhenInTransaction.Rollback, "rolled back,block")]
    [DataRow(WhenInTransaction.Join, "block,committed")]
    [DataRow(WhenInTransaction.Savepoint, "block,after,committed")]
    public async Task Hooks_from_before_the_block_run_when_their_work_ends(WhenInTransaction mode, string expected)
    {
        var ran = new List<string>();
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("before");
            Tx.OnCommitted(() => ran.Add("committed"));
            Tx.OnRolledBack(() => ran.Add("rolled back"));
            await Tx.AtomicAsync(Connect, async db =>
            {
                await SaveAsync(db, "block");
                ran.Add("block");
            }, mode);
            if (mode is WhenInTransaction.Savepoint)
                ran.Add("after");
        });

        Assert.AreEqual(expected, string.Join(',', ran));
    }

    [TestMethod]
    public async Task Hooks_of_a_block_wait_while_another_database_has_uncommitted_work()
    {
        var archive = await CreateArchiveAsync();
        var ran = new List<string>();
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("open", archive.Connect);
            await Tx.AtomicAsync(Connect, async db =>
            {
                Tx.OnCommitted(() => ran.Add("committed"));
                await SaveAsync(db, "block");
            });
            ran.Add("after");
        });

        Assert.AreEqual("after,committed", string.Join(',', ran));
    }

    [TestMethod]
    public async Task Hooks_of_a_block_run_when_it_is_durable_and_not_when_it_was_undone()
    {
        var ran = new List<string>();
        await FailingUnitAsync(async () =>
        {
            await Tx.AtomicAsync(Connect, async db =>
            {
                Tx.OnCommitting(() => ran.Add("committing"));
                Tx.OnCommitted(() => ran.Add("committed"));
                await SaveAsync(db, "kept");
            });
            CollectionAssert.AreEqual(new[] { "committing", "committed" }, ran);
            await Assert.ThrowsExactlyAsync<UnitFailure>(() => Tx.AtomicAsync(Connect, _ =>
            {
                Tx.OnCommitted(() => ran.Add("never"));
                Tx.OnRolledBack(() => ran.Add("rolled back"));
                throw new UnitFailure();
            }));
        });

        CollectionAssert.AreEqual(new[] { "committing", "committed", "rolled back" }, ran);
    }

    [TestMethod]
    public async Task Block_after_a_failed_inner_call_that_was_swallowed_is_refused()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await Assert.ThrowsExactlyAsync<UnitFailure>(() => Units.RequiredAsync(() => throw new UnitFailure()));
            await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Tx.AtomicAsync(Connect, db => SaveAsync(db, "block")));
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    private Task FailJoinedAsync()
        => Assert.ThrowsExactlyAsync<UnitFailure>(() => Tx.AtomicAsync(Connect, _ => throw new UnitFailure(), WhenInTransaction.Join));
}

[TestClass]
public sealed class AtomicDoomOnInterfaceProxyTests : AtomicDoomSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class AtomicDoomOnClassProxyTests : AtomicDoomSpecification<ClassProxyEntry>;

[TestClass]
public sealed class AtomicDoomOnCallTests : AtomicDoomSpecification<CallEntry>;
