using Microsoft.EntityFrameworkCore;
using TxAspects.Testing.Tests.Shop;

namespace TxAspects.Testing.Tests.SetUps;

/// <summary>What units do in the transactional set-up, and that nothing is left of it: T1 and T2.</summary>
[TestClass]
public sealed class TransactionalTests : TransactionalSetUp
{
    [TestMethod]
    public async Task Commit_of_the_application_is_visible_to_the_test_and_to_the_next_unit()
    {
        await Orders.PlaceAsync(new Order { Item = "tea" });

        Assert.AreEqual("tea", await ItemsAsync());
        Assert.AreEqual(1, await Orders.CountAsync());
        Assert.AreEqual("", await ShopServer.CommittedAsync(ConnectionString));
    }

    [TestMethod]
    public async Task Rollback_of_the_application_undoes_its_unit_alone()
    {
        await Orders.PlaceAsync(new Order { Item = "tea" });

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Orders.PlaceAsync(new Order { Item = "coffee" }, fail: true));

        Assert.AreEqual("tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task Unit_that_is_repeated_begins_again()
    {
        var attempts = 0;
        await Tx.RunAsync(
            async () =>
            {
                await InsertAsync("tea");
                if (++attempts < 3)
                    await (await Tx.SessionAsync(Connect)).Database.ExecuteSqlRawAsync("DO $$ BEGIN RAISE EXCEPTION 'again' USING " +
                        "ERRCODE = '40001'; END $$");
            },
            new UnitOfWorkOptions { MaxRetries = 3 });

        Assert.AreEqual(3, attempts);
        Assert.AreEqual("tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task Early_commit_close_and_rollback_stay_inside()
    {
        await Tx.RunAsync(async () =>
        {
            await InsertAsync("a");
            await Tx.CommitAsync(Connect);
            await InsertAsync("b");
            await Tx.RollbackAsync(Connect);
            await InsertAsync("c");
            await Tx.CommitAsync(Connect);
            await Tx.CloseAsync(Connect);
            await InsertAsync("d");
        });

        Assert.AreEqual("a,c,d", await ItemsAsync());
    }

    [TestMethod]
    public async Task New_context_and_new_sessions_stay_inside()
    {
        await Audit.RecordAsync("a");
        await Orders.PlaceAuditedAsync(new Order { Item = "b" });
        await Tx.NewAtomicSessionAsync(Connect, async db =>
        {
            db.Orders.Add(new Order { Item = "c" });
            await db.SaveChangesAsync();
        });
        await using (var db = await Tx.NewSessionAsync(Connect))
        {
            db.Orders.Add(new Order { Item = "d" });
            await db.CommitAsync();
            db.Orders.Add(new Order { Item = "e" });
            await db.SaveChangesAsync();
            await db.RollbackAsync();
        }

        Assert.AreEqual("a,audit of b,b,c,d", await ItemsAsync());
    }

    [TestMethod]
    public async Task New_context_inside_an_open_transaction_is_kept_with_it()
    {
        await Orders.PlaceThenAuditAsync(new Order { Item = "tea" });

        Assert.AreEqual("audit of tea,tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task New_context_that_fails_inside_an_open_transaction_undoes_itself_alone()
    {
        await Tx.RunAsync(async () =>
        {
            await InsertAsync("tea");
            await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Audit.RecordAsync("audit", fail: true));
        });

        Assert.AreEqual("tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task Nested_calls_and_blocks_behave_as_ever()
    {
        await Tx.RunAsync(async () =>
        {
            await InsertAsync("a");
            await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Tx.RunAsync(
                async () =>
                {
                    await InsertAsync("b");
                    throw new InvalidOperationException();
                },
                new UnitOfWorkOptions { Propagation = Propagation.Nested }));
            await Tx.AtomicAsync(Connect, db => InsertAsync("c"), WhenInTransaction.Savepoint);
            await Tx.AtomicAsync(Connect, db => InsertAsync("d"), WhenInTransaction.Commit);
            await InsertAsync("e");
            await Tx.RollbackAllAsync();
        });

        Assert.AreEqual("a,c,d", await ItemsAsync());
    }

    [TestMethod]
    public async Task Hooks_run_after_the_commit_of_the_application_and_see_its_rows()
    {
        var seen = "";
        await Tx.RunAsync(async () =>
        {
            await InsertAsync("tea");
            Tx.OnCommitted(async () =>
            {
                seen = await ItemsAsync();
                await Audit.RecordAsync("audit");
            });
            Tx.OnRolledBack(() => seen = "rolled back");
        });

        Assert.AreEqual("tea", seen);
        Assert.AreEqual("audit,tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task Transaction_of_user_code_is_a_part_of_its_own()
    {
        await using (var db = await Tx.NewSessionAsync(Connect))
        {
            await using (var transaction = await db.Database.BeginTransactionAsync())
            {
                db.Orders.Add(new Order { Item = "tea" });
                await db.SaveChangesAsync();
                await transaction.CommitAsync();
            }

            await using (await db.Database.BeginTransactionAsync())
            {
                db.Orders.Add(new Order { Item = "coffee" });
                await db.SaveChangesAsync();
            }
        }

        Assert.AreEqual("tea", await ItemsAsync());
    }

    [TestMethod]
    public void Synchronous_code_is_the_same()
    {
        Tx.Run(() => Insert("tea"));
        Assert.ThrowsExactly<InvalidOperationException>(() => Tx.Run(() =>
        {
            Insert("coffee");
            throw new InvalidOperationException();
        }));
        Tx.NewAtomicSession(Connect, db =>
        {
            db.Orders.Add(new Order { Item = "milk" });
            db.SaveChanges();
        });

        Assert.AreEqual("milk,tea", string.Join(',', Test.Session(Connect).Orders.Select(order => order.Item).Order()));
    }
}
