using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>A connect's database is made, migrated and removed with one line.</summary>
[TestClass]
public sealed class SetUpTests : DatabaseTests
{
    private string _other = null!;
    private DbConnect<MigratedContext> _notes = null!;

    [TestInitialize]
    public void ConnectToNoDatabase()
    {
        _other = $"notes_{Guid.NewGuid():N}";
        _notes = ConnectTo(_other);
    }

    [TestCleanup]
    public async Task DropAsync()
    {
        await _notes.EnsureDeletedAsync();
        await _notes.DisposeAsync();
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Migrations_create_the_database_and_are_applied_once(bool async)
    {
        for (var time = 0; time < 2; time++)
        {
            if (async)
                await _notes.MigrateAsync();
            else
                _notes.Migrate();
        }

        await Tx.RunAsync(async () => (await Tx.SessionAsync(_notes)).Notes.Add(new MigratedNote { Text = "hello" }));
        await using var db = await _notes.ContextFactory.CreateDbContextAsync();
        Assert.AreEqual("hello", (await db.Notes.SingleAsync()).Text);
        Assert.HasCount(2, await db.Database.GetAppliedMigrationsAsync());
        Assert.HasCount(0, await db.Database.GetPendingMigrationsAsync());
    }

    [TestMethod]
    public async Task Instances_that_start_at_once_migrate_one_after_the_other()
    {
        await _notes.EnsureDeletedAsync();
        await Master.ExecuteAsync($"CREATE DATABASE {_other}");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            // The second one leaves the transaction, and EF Core's lock with it.
            await using var instance = ConnectTo(_other);
            await using var migrating = await instance.ContextFactory.CreateDbContextAsync();
            await migrating.Database.MigrateAsync("20260101000000_Notes");
        }));

        await using var db = await _notes.ContextFactory.CreateDbContextAsync();
        Assert.HasCount(1, await db.Database.GetAppliedMigrationsAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Database_is_created_without_migrations_and_dropped(bool async)
    {
        Assert.IsTrue(async ? await _notes.EnsureCreatedAsync() : _notes.EnsureCreated());
        Assert.IsFalse(async ? await _notes.EnsureCreatedAsync() : _notes.EnsureCreated());
        await Tx.RunAsync(async () => (await Tx.SessionAsync(_notes)).Notes.Add(new MigratedNote { Text = "hello" }));
        Assert.IsTrue(async ? await _notes.EnsureDeletedAsync() : _notes.EnsureDeleted());
        Assert.IsFalse(async ? await _notes.EnsureDeletedAsync() : _notes.EnsureDeleted());
    }

    [TestMethod]
    public async Task Session_of_a_unit_is_neither_migrated_nor_dropped_and_the_unit_goes_on()
    {
        await _notes.MigrateAsync();

        await Tx.RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(_notes);
            AssertRefused("MigrateAsync", await Assert.ThrowsExactlyAsync<SessionException>(() => db.Database.MigrateAsync()));
            AssertRefused("Migrate", Assert.ThrowsExactly<SessionException>(() => db.Database.Migrate()));
            AssertRefused("EnsureDeletedAsync", await Assert.ThrowsExactlyAsync<SessionException>(() => db.Database.EnsureDeletedAsync()));
            AssertRefused("EnsureDeleted", Assert.ThrowsExactly<SessionException>(() => db.Database.EnsureDeleted()));
            db.Notes.Add(new MigratedNote { Text = "hello" });
        });
        await using (var own = await Tx.NewSessionAsync(_notes))
            AssertRefused("MigrateAsync", await Assert.ThrowsExactlyAsync<SessionException>(() => own.Database.MigrateAsync()));

        await using var kept = await _notes.ContextFactory.CreateDbContextAsync();
        Assert.AreEqual(1, await kept.Notes.CountAsync());

        static void AssertRefused(string operation, SessionException refused)
            => StringAssert.Contains(refused.Message, $"Call connect.{operation}() outside units");
    }

    [TestMethod]
    public async Task Set_up_that_would_wait_for_the_unit_itself_is_refused()
    {
        await _notes.MigrateAsync();

        await Tx.RunAsync(async () =>
        {
            await (await Tx.SessionAsync(_notes)).Notes.CountAsync();
            foreach (var setUp in new Func<Task>[] { () => _notes.MigrateAsync(), () => _notes.EnsureCreatedAsync(),
                () => _notes.EnsureDeletedAsync(), () => Tx.RunInNewContextAsync(() => _notes.MigrateAsync()) })
            {
                var refused = await Assert.ThrowsExactlyAsync<SessionException>(setUp);
                StringAssert.Contains(refused.Message, "has a transaction open there");
            }
        });
    }

    [TestMethod]
    public async Task Set_up_in_a_unit_that_has_sent_nothing_there_is_no_part_of_it()
        => await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(async () =>
        {
            await _notes.MigrateAsync();
            await using (var db = await _notes.ContextFactory.CreateDbContextAsync())
                Assert.HasCount(2, await db.Database.GetAppliedMigrationsAsync());
            throw new OutOfStockException();
        }));

    [TestMethod]
    public async Task Factory_for_design_time_takes_one_from_the_connect()
    {
        await _notes.MigrateAsync();

        await using var db = new DesignTime(_notes).CreateDbContext([]);

        Assert.IsFalse(db.Database.HasPendingModelChanges());
    }

    [TestMethod]
    public async Task Tables_are_created_by_EF_Cores_own_class_and_go_with_the_transaction()
    {
        await _notes.EnsureDeletedAsync();
        await Master.ExecuteAsync($"CREATE DATABASE {_other}");

        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(async () =>
        {
            var creator = (RelationalDatabaseCreator)(await Tx.SessionAsync(_notes)).GetService<IRelationalDatabaseCreator>();
            Assert.IsTrue(await creator.EnsureCreatedAsync());
            throw new OutOfStockException();
        }));

        Assert.IsTrue(await _notes.EnsureCreatedAsync());
    }

    private DbConnect<MigratedContext> ConnectTo(string database)
        => PostgresConnect.Create<MigratedContext>(
            new NpgsqlConnectionStringBuilder(Master.ConnectionString) { Database = database, Pooling = false }.ConnectionString,
            new() { Name = "notes" });

    private sealed class DesignTime(DbConnect<MigratedContext> connect) : IDesignTimeDbContextFactory<MigratedContext>
    {
        public MigratedContext CreateDbContext(string[] args) => connect.ContextFactory.CreateDbContext();
    }
}
