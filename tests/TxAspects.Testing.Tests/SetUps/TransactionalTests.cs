using System.Data;
using Autofac;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using TxAspects.Testing.Tests.Shop;

namespace TxAspects.Testing.Tests.SetUps;

/// <summary>What a test in the transactional set-up sees, and that nothing is left of it: T1 and T2.</summary>
[TestClass]
public sealed class TransactionalTests
{
    private DbConnect<ShopContext> _connect = null!;
    private IContainer _services = null!;
    private TransactionalTest _test = null!;
    private string _connectionString = null!;

    public TestContext TestContext { get; set; } = null!;

    private IOrderService Orders => _services.Resolve<IOrderService>();

    private IAuditService Audit => _services.Resolve<IAuditService>();

    [TestInitialize]
    public async Task BeginAsync()
    {
        _connectionString = (await ShopServer.SharedAsync()).ConnectionString;
        _connect = ShopServer.Connect(_connectionString);
        _services = ShopServer.Build(_connect);
        _test = await TransactionalTest.BeginAsync(_connect);
    }

    [TestCleanup]
    public async Task EndAsync()
    {
        await _test.DisposeAsync();
        Assert.AreEqual("", await ShopServer.CommittedAsync(_connectionString));
        await _services.DisposeAsync();
        await _connect.DisposeAsync();
    }

    [TestMethod]
    public async Task Commit_of_the_application_is_visible_to_the_test_and_to_the_next_unit()
    {
        await Orders.PlaceAsync(new Order { Item = "tea" });

        Assert.AreEqual("tea", await ItemsAsync());
        Assert.AreEqual(1, await Orders.CountAsync());
        Assert.AreEqual("", await ShopServer.CommittedAsync(_connectionString));
    }

    [TestMethod]
    public async Task Rollback_of_the_application_undoes_its_unit_alone()
    {
        await Orders.PlaceAsync(new Order { Item = "tea" });

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Orders.PlaceAsync(new Order { Item = "coffee" }, fail: true));

        Assert.AreEqual("tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task What_the_test_saves_is_there_for_the_application()
    {
        var db = _test.Session(_connect);
        db.Orders.Add(new Order { Item = "tea" });
        await db.SaveChangesAsync();

        Assert.AreEqual(1, await Orders.CountAsync());

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Orders.PlaceAsync(new Order { Item = "coffee" }, fail: true));
        Assert.AreEqual("tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task Context_that_served_the_test_serves_the_application_next()
    {
        ShopContext own;
        await using (own = _test.Session(_connect))
            Assert.AreEqual("", await ShopServer.ItemsAsync(own));

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Tx.RunAsync(async () =>
        {
            Assert.AreSame(own, await Tx.SessionAsync(_connect));
            await InsertAsync("tea");
            throw new InvalidOperationException();
        }));

        Assert.AreEqual("", await ItemsAsync());
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
                    await (await Tx.SessionAsync(_connect)).Database.ExecuteSqlRawAsync("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$");
            },
            new UnitOfWorkOptions { MaxRetries = 3 });

        Assert.AreEqual(3, attempts);
        Assert.AreEqual("tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task Failed_save_of_the_test_undoes_itself_alone()
    {
        var db = _test.Session(_connect);
        db.Orders.Add(new Order { Item = "tea" });
        await db.SaveChangesAsync();
        db.Orders.Add(new Order { Item = "coffee", Quantity = 0 });

        await Assert.ThrowsExactlyAsync<DbUpdateException>(() => db.SaveChangesAsync());
        db.ChangeTracker.Clear();

        Assert.AreEqual("tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task Many_saves_of_several_test_sessions_go_together_with_units()
    {
        var (one, other) = (_test.Session(_connect), await _test.SessionAsync(_connect));
        for (var i = 0; i < 40; i++)
        {
            (i % 3 == 0 ? one : other).Orders.Add(new Order { Item = "tea" });
            await one.SaveChangesAsync();
            await other.SaveChangesAsync();
            if (i % 5 == 0)
                await Tx.RunAsync(async () =>
                {
                    await InsertAsync("coffee");
                    other.Orders.Add(new Order { Item = "milk" });
                    await other.SaveChangesAsync();
                });
        }

        Assert.AreEqual(56, await Orders.CountAsync());
    }

    [TestMethod]
    public async Task Early_commit_close_and_rollback_stay_inside()
    {
        await Tx.RunAsync(async () =>
        {
            await InsertAsync("a");
            await Tx.CommitAsync(_connect);
            await InsertAsync("b");
            await Tx.RollbackAsync(_connect);
            await InsertAsync("c");
            await Tx.CommitAsync(_connect);
            await Tx.CloseAsync(_connect);
            await InsertAsync("d");
        });

        Assert.AreEqual("a,c,d", await ItemsAsync());
    }

    [TestMethod]
    public async Task New_context_and_new_sessions_stay_inside()
    {
        await Audit.RecordAsync("a");
        await Orders.PlaceAuditedAsync(new Order { Item = "b" });
        await Tx.NewAtomicSessionAsync(_connect, async db =>
        {
            db.Orders.Add(new Order { Item = "c" });
            await db.SaveChangesAsync();
        });
        await using (var db = await Tx.NewSessionAsync(_connect))
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
    public async Task Failed_first_save_can_be_repeated()
    {
        await Tx.RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(_connect);
            var order = new Order { Item = "tea", Quantity = 0 };
            db.Orders.Add(order);
            await Assert.ThrowsExactlyAsync<DbUpdateException>(() => db.SaveChangesAsync());
            order.Quantity = 1;
        });

        Assert.AreEqual("tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task Swallowed_failure_is_no_commit()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Tx.RunAsync(async () =>
        {
            await InsertAsync("tea");
            var db = await Tx.SessionAsync(_connect);
            await Assert.ThrowsExactlyAsync<PostgresException>(() => db.Database.ExecuteSqlRawAsync("SELECT 1/0"));
        }));

        Assert.AreEqual("", await ItemsAsync());
    }

    [TestMethod]
    public async Task Swallowed_Dapper_failure_is_no_commit()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Tx.RunAsync(async () =>
        {
            var connection = await Tx.ConnectionAsync(_connect);
            await connection.ExecuteAsync("INSERT INTO orders (item, quantity) VALUES ('tea', 1)");
            await Assert.ThrowsExactlyAsync<PostgresException>(() => connection.ExecuteAsync("SELECT 1/0"));
        }));

        Assert.AreEqual("", await ItemsAsync());
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
            await Tx.AtomicAsync(_connect, db => InsertAsync("c"), WhenInTransaction.Savepoint);
            await Tx.AtomicAsync(_connect, db => InsertAsync("d"), WhenInTransaction.Commit);
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
    public async Task Deferred_constraint_is_checked_at_the_commit_of_the_application()
    {
        await Orders.PlaceAsync(new Order { Item = "tea", Slot = 1 });

        var failure = await Assert.ThrowsExactlyAsync<PostgresException>(() => Orders.PlaceAllAsync([new Order { Item = "coffee" }, new Order { Item = "milk", Slot = 1 }]));

        Assert.AreEqual("unique_slot", failure.ConstraintName);
        Assert.AreEqual("tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task Constraints_are_as_at_the_beginning_in_every_unit()
    {
        for (var i = 0; i < 2; i++)
        {
            // Deferred: may be violated until the commit. Immediate: may not, also after a unit that deferred it.
            await Tx.RunAsync(async () =>
            {
                var db = await Tx.SessionAsync(_connect);
                await db.Database.ExecuteSqlRawAsync("INSERT INTO orders (item, quantity, slot, code) VALUES ('tea', 1, 7, 7), ('milk', 1, 7, NULL)");
                await db.Database.ExecuteSqlRawAsync("SET CONSTRAINTS unique_code DEFERRED");
                await db.Database.ExecuteSqlRawAsync("INSERT INTO orders (item, quantity, code) VALUES ('tea', 1, 7)");
                await db.Database.ExecuteSqlRawAsync("DELETE FROM orders");
            });
            var failure = await Assert.ThrowsExactlyAsync<PostgresException>(() => Tx.RunAsync(async () =>
            {
                var db = await Tx.SessionAsync(_connect);
                await db.Database.ExecuteSqlRawAsync("INSERT INTO orders (item, quantity, code) VALUES ('tea', 1, 7), ('tea', 1, 7)");
                Assert.Fail("It is checked at once.");
            }));
            Assert.AreEqual("unique_code", failure.ConstraintName);
        }
    }

    [TestMethod]
    public async Task Read_only_unit_refuses_to_write_and_the_next_unit_writes()
    {
        var readOnly = new UnitOfWorkOptions { ReadOnly = true };
        await Assert.ThrowsExactlyAsync<ReadOnlyUnitOfWorkException>(() => Tx.RunAsync(() => InsertAsync("tea"), readOnly));
        var failure = await Assert.ThrowsExactlyAsync<PostgresException>(() => Tx.RunAsync(
            async () => await (await Tx.SessionAsync(_connect)).Database.ExecuteSqlRawAsync("DELETE FROM orders"), readOnly));
        Assert.AreEqual(PostgresErrorCodes.ReadOnlySqlTransaction, failure.SqlState);
        Assert.AreEqual(0, await Orders.CountAsync());

        await Orders.PlaceAsync(new Order { Item = "tea" });

        Assert.AreEqual("tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task Transaction_of_user_code_is_a_part_of_its_own()
    {
        await using (var db = await Tx.NewSessionAsync(_connect))
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
        Tx.NewAtomicSession(_connect, db =>
        {
            db.Orders.Add(new Order { Item = "milk" });
            db.SaveChanges();
        });

        Assert.AreEqual("milk,tea", string.Join(',', _test.Session(_connect).Orders.Select(order => order.Item).Order()));
    }

    [TestMethod]
    public async Task Branches_that_run_at_the_same_time_take_turns()
    {
        await Tx.RunAsync(async () =>
        {
            await InsertAsync("outer");
            await Task.WhenAll(
                Audit.RecordAsync("a"),
                Audit.RecordAsync("b"),
                FailingAsync(),
                Tx.NewAtomicSessionAsync(_connect, async db =>
                {
                    db.Orders.Add(new Order { Item = "c" });
                    await Task.Yield();
                }));
        });
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Orders.PlaceAsync(new Order { Item = "tea" }))));

        Assert.AreEqual("a,b,c,outer" + string.Concat(Enumerable.Repeat(",tea", 20)), await ItemsAsync());

        async Task FailingAsync()
            => await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Audit.RecordAsync("d", fail: true));
    }

    [TestMethod]
    public async Task Branches_that_begin_at_the_same_instant_have_commands_of_their_own()
    {
        using var instant = new Barrier(4);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(Place, TaskCreationOptions.LongRunning)));

        Assert.AreEqual(4 * 250, await Orders.CountAsync());

        void Place()
        {
            try
            {
                for (var i = 0; i < 250; i++)
                {
                    instant.SignalAndWait();
                    Tx.Run(() => Tx.Session(_connect).Orders.Add(new Order { Item = "tea" }));
                }
            }
            finally
            {
                instant.RemoveParticipant();    // The others would wait for a failed one for ever.
            }
        }
    }

    [TestMethod]
    public async Task Branches_inside_one_unit_take_turns_with_the_unit_itself()
    {
        for (var round = 0; round < 20; round++)
        {
            await Tx.RunAsync(async () =>
            {
                await InsertAsync("outer");
                await Task.WhenAll(
                    Task.Run(() => Audit.RecordAsync("a")),
                    Task.Run(() => Audit.RecordAsync("b")),
                    Task.Run(InsertManyAsync),
                    Task.Run(async () => await ItemsAsync()));
            });
        }

        Assert.AreEqual(20 * 13, await Orders.CountAsync());

        async Task InsertManyAsync()
        {
            for (var i = 0; i < 10; i++)
                await InsertAsync("joined");
        }
    }

    [TestMethod]
    public async Task Isolation_level_is_that_of_the_test()
    {
        await _test.DisposeAsync();
        await TransactionalTest.RunAsync(
            _connect,
            async _ => Assert.AreEqual("repeatable read", await Tx.RunAsync(async () =>
                await (await Tx.ConnectionAsync(_connect)).ExecuteScalarAsync<string>("SHOW transaction_isolation"))),
            new TransactionalTestOptions { IsolationLevel = IsolationLevel.RepeatableRead });
    }

    [TestMethod]
    public async Task Second_connect_has_a_transaction_of_its_own()
    {
        await using var archive = ShopServer.Connect(_connectionString, "archive");
        await _test.AddAsync(archive);

        await Tx.RunAsync(async () =>
        {
            await InsertAsync("tea");
            (await Tx.SessionAsync(archive)).Orders.Add(new Order { Item = "old tea" });
        });

        Assert.AreEqual("tea", await ItemsAsync());
        Assert.AreEqual("old tea", await ShopServer.ItemsAsync(_test.Session(archive)));
    }

    private async Task InsertAsync(string item)
    {
        var db = await Tx.SessionAsync(_connect);
        db.Orders.Add(new Order { Item = item });
        await db.SaveChangesAsync();
    }

    private void Insert(string item)
    {
        var db = Tx.Session(_connect);
        db.Orders.Add(new Order { Item = item });
        db.SaveChanges();
    }

    private Task<string> ItemsAsync() => ShopServer.ItemsAsync(_test.Session(_connect));
}
