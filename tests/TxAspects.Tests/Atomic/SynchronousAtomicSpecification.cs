namespace TxAspects.Tests;

/// <summary>The synchronous twin of an atomic block.</summary>
public abstract class SynchronousAtomicSpecification<TEntry> : SessionSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Block_is_durable_when_it_returns_and_survives_the_units_failure()
    {
        FailingUnit(() =>
        {
            Tx.Atomic(Connect, db => Save(db, "kept"));
            Assert.AreEqual(0, Master.ConnectionsLeased);
            Insert("lost");
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public void Block_gets_the_units_session_and_gives_its_value_back()
    {
        Units.Required(() => Assert.AreSame(Tx.Session(Connect), Tx.Atomic(Connect, db => db)));
    }

    [TestMethod]
    public async Task Block_that_throws_is_undone_and_the_session_works_on()
    {
        Units.Required(() =>
        {
            Assert.ThrowsExactly<UnitFailure>(() => Tx.Atomic(Connect, db =>
            {
                Save(db, "lost");
                throw new UnitFailure();
            }));
            Insert("kept");
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(WhenInTransaction.Commit, "before,block")]
    [DataRow(WhenInTransaction.Rollback, "block")]
    [DataRow(WhenInTransaction.Join, "before,block")]
    [DataRow(WhenInTransaction.Savepoint, "")]
    public async Task Open_work_is_treated_as_the_mode_says(WhenInTransaction mode, string kept)
    {
        FailingUnit(() =>
        {
            Insert("before");
            Tx.Atomic(Connect, db => Save(db, "block"), mode);
            Insert("lost");
        });

        Assert.AreEqual(kept, await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Throw_refuses_where_work_is_open()
    {
        Units.Required(() =>
        {
            Insert("before");
            Assert.ThrowsExactly<TransactionOpenException>(() => Tx.Atomic(Connect, db => Save(db, "block"), WhenInTransaction.Throw));
        });

        Assert.AreEqual("before", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Join_that_throws_undoes_everything_and_dooms_the_unit()
    {
        Assert.ThrowsExactly<UnitOfWorkDoomedException>(() => Units.Required(() =>
        {
            Insert("before");
            Assert.ThrowsExactly<UnitFailure>(() => Tx.Atomic(Connect, _ => throw new UnitFailure(), WhenInTransaction.Join));
            Insert("after");
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public void Block_that_returns_a_task_is_refused()
    {
        Units.Required(() =>
        {
            var refused = Assert.ThrowsExactly<ArgumentException>(() => { Tx.Atomic(Connect, db => SaveAsync(db, "tea")); });
            StringAssert.Contains(refused.Message, "Tx.AtomicAsync");
        });
    }
}

[TestClass]
public sealed class SynchronousAtomicOnInterfaceProxyTests : SynchronousAtomicSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class SynchronousAtomicOnClassProxyTests : SynchronousAtomicSpecification<ClassProxyEntry>;

[TestClass]
public sealed class SynchronousAtomicOnCallTests : SynchronousAtomicSpecification<CallEntry>;
