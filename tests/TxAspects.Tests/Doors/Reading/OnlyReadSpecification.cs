using Dapper;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>
/// A database that was only read has kept nothing: its COMMIT makes no partial commit, forbids no retry, and runs no wrong hooks.
/// </summary>
public abstract class OnlyReadSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    public enum Access
    {
        Query,
        SynchronousQuery,
        RawSql,
        SynchronousRawSql,
        SqlQuery,
        Dapper,
        SynchronousDapper,
        LockingSql,
        SaveWithoutChanges,
    }

    public enum Write
    {
        Save,
        ExecuteUpdate,
        ExecuteDelete,
        RawSql,
        SynchronousRawSql,
        SqlQuery,
        Dapper,
        SynchronousDapper,
    }

    public static IEnumerable<object[]> Reads
        => Enum.GetValues<Access>().Where(access => access is not Access.LockingSql).Select(access => new object[] { access });

    public static IEnumerable<object[]> Writes => Enum.GetValues<Write>().Select(write => new object[] { write });

    [TestMethod]
    [DynamicData(nameof(Reads))]
    public async Task Commit_that_fails_after_it_is_no_partial_commit(Access access)
    {
        var archive = await CreateArchiveAsync();
        await Units.RequiredAsync(() => InsertAsync("there"));
        var told = new List<string>();
        ITxUnit? unit = null;

        await Assert.ThrowsExactlyAsync<PostgresException>(() => Units.RequiredAsync(async () =>
        {
            unit = Tx.Current;
            AddHooks(told);
            await ReadAsync(access);
            await FailAtCommitAsync(archive);
        }));

        Assert.AreEqual(UnitOfWorkState.RolledBack, unit!.State);
        Assert.AreEqual("rolled back", string.Join(", ", told));
        Assert.AreEqual(0, await archive.CountAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Reads))]
    public async Task Unit_is_repeated_after_it(Access access)
    {
        var archive = await CreateArchiveAsync();
        await Units.RequiredAsync(() => InsertAsync("there"));
        await MakeCommitsFailAsync(archive);
        var runs = 0;

        await Units.RetryingAsync(async () =>
        {
            runs++;
            await ReadAsync(access);
            await InsertAsync(runs == 1 ? "boom" : "fine", archive.Connect);
        });

        Assert.AreEqual(2, runs);
        Assert.AreEqual("fine", await archive.ItemsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Reads))]
    public async Task Unit_inside_that_only_read_does_not_keep_the_outer_one_from_being_repeated(Access access)
    {
        await Units.RequiredAsync(() => InsertAsync("there"));
        var runs = 0;

        await Units.RetryingAsync(async () =>
        {
            runs++;
            await Units.NewContextAsync(() => ReadAsync(access));
            if (runs == 1)
                throw new PostgresException("again", "ERROR", "ERROR", PostgresErrorCodes.SerializationFailure);
        });

        Assert.AreEqual(2, runs);
    }

    [TestMethod]
    [DynamicData(nameof(Reads))]
    public async Task Early_commit_of_reads_leaves_the_unit_repeatable(Access access)
    {
        await Units.RequiredAsync(() => InsertAsync("there"));
        var runs = 0;

        await Units.RetryingAsync(async () =>
        {
            runs++;
            await ReadAsync(access);
            await Tx.CommitAsync(Connect);
            if (runs == 1)
                throw new PostgresException("again", "ERROR", "ERROR", PostgresErrorCodes.SerializationFailure);
        });

        Assert.AreEqual(2, runs);
    }

    [TestMethod]
    [DynamicData(nameof(Writes))]
    public async Task What_was_written_makes_the_commit_partial(Write write)
    {
        var archive = await CreateArchiveAsync();
        await Units.RequiredAsync(() => InsertAsync("there"));
        var told = new List<string>();

        var partial = await Assert.ThrowsExactlyAsync<PartialCommitException>(() => Units.RequiredAsync(async () =>
        {
            AddHooks(told);
            await WriteAsync(write);
            await FailAtCommitAsync(archive);
        }));

        Assert.AreEqual("master", string.Join(",", partial.Committed));
        Assert.IsEmpty(told);
    }

    [TestMethod]
    [DynamicData(nameof(Writes))]
    public async Task What_was_written_early_keeps_the_unit_from_being_repeated(Write write)
    {
        await Units.RequiredAsync(() => InsertAsync("there"));
        var runs = 0;

        await Assert.ThrowsExactlyAsync<PostgresException>(() => Units.RetryingAsync(async () =>
        {
            runs++;
            await WriteAsync(write);
            await Tx.CommitAsync(Connect);
            throw new PostgresException("again", "ERROR", "ERROR", PostgresErrorCodes.SerializationFailure);
        }));

        Assert.AreEqual(1, runs);
    }

    [TestMethod]
    public async Task Read_only_unit_that_reads_by_raw_commands_is_repeated()
    {
        await Units.RequiredAsync(() => InsertAsync("there"));
        var runs = 0;

        await Units.RetryingAsync(async () =>
        {
            runs++;
            await Tx.RunAsync(
                () => ReadAsync(Access.RawSql), new UnitOfWorkOptions { ReadOnly = true, Propagation = Propagation.RequiresNew });
            if (runs == 1)
                throw new PostgresException("again", "ERROR", "ERROR", PostgresErrorCodes.SerializationFailure);
        });

        Assert.AreEqual(2, runs);
    }

    [TestMethod]
    public async Task Rows_that_are_only_locked_count_as_written_because_the_server_gives_them_a_transaction_id()
    {
        await Units.RequiredAsync(() => InsertAsync("there"));
        var runs = 0;

        await Assert.ThrowsExactlyAsync<PostgresException>(() => Units.RetryingAsync(async () =>
        {
            runs++;
            await ReadAsync(Access.LockingSql);
            await Tx.CommitAsync(Connect);
            throw new PostgresException("again", "ERROR", "ERROR", PostgresErrorCodes.SerializationFailure);
        }));

        Assert.AreEqual(1, runs);
    }

    [TestMethod]
    public async Task Deadline_that_passes_after_an_early_commit_with_nothing_left_says_no_rollback()
    {
        var told = new List<string>();

        await Assert.ThrowsExactlyAsync<UnitOfWorkTimeoutException>(() => Units.LimitedAsync(async () =>
        {
            AddHooks(told);
            await InsertAsync("kept");
            await Tx.CommitAsync(Connect);
            var passed = new TaskCompletionSource();
            await using var registration = Tx.Current!.CancellationToken.Register(passed.SetResult);
            await passed.Task;
        }));

        Assert.AreEqual("committed", string.Join(", ", told));
        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    private static void AddHooks(List<string> told)
    {
        Tx.OnCommitted(() => told.Add("committed"));
        Tx.OnRolledBack(() => told.Add("rolled back"));
    }

    /// <summary>Writes what its COMMIT will refuse.</summary>
    private async Task FailAtCommitAsync(TestDatabase archive)
    {
        await MakeCommitsFailAsync(archive);
        await InsertAsync("boom", archive.Connect);
    }

    private static Task MakeCommitsFailAsync(TestDatabase database) => database.ExecuteAsync("""
        CREATE OR REPLACE FUNCTION boom() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN IF NEW.item = 'boom' THEN RAISE EXCEPTION 'refused at COMMIT' USING ERRCODE = '40001'; END IF; RETURN NULL; END $$;
        DROP TRIGGER IF EXISTS boom ON orders;
        CREATE CONSTRAINT TRIGGER boom AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION boom()
        """);

    private async Task ReadAsync(Access access)
    {
        const string Sql = "SELECT count(*) FROM orders";
        var db = await Tx.SessionAsync(Connect);
        switch (access)
        {
            case Access.Query:
                await db.Orders.ToListAsync();
                break;
            case Access.SynchronousQuery:
                _ = db.Orders.Count();
                break;
            case Access.RawSql:
                await db.Database.ExecuteSqlRawAsync(Sql);
                break;
            case Access.SynchronousRawSql:
                db.Database.ExecuteSqlRaw(Sql);
                break;
            case Access.SqlQuery:
                await db.Database.SqlQueryRaw<int>("SELECT 1 AS \"Value\"").SingleAsync();
                break;
            case Access.Dapper:
                await (await Tx.ConnectionAsync(Connect)).ExecuteScalarAsync<int>(Sql);
                break;
            case Access.SynchronousDapper:
                Tx.Connection(Connect).ExecuteScalar<int>(Sql);
                break;
            case Access.LockingSql:
                await db.Database.ExecuteSqlRawAsync("SELECT 1 FROM orders FOR UPDATE");
                break;
            default:
                await db.Orders.ToListAsync();
                await db.SaveChangesAsync();
                break;
        }
    }

    private async Task WriteAsync(Write write)
    {
        const string Sql = "UPDATE orders SET quantity = quantity + 1";
        var db = await Tx.SessionAsync(Connect);
        switch (write)
        {
            case Write.Save:
                await SaveAsync(db, "saved");
                break;
            case Write.ExecuteUpdate:
                await db.Orders.ExecuteUpdateAsync(set => set.SetProperty(order => order.Quantity, 2));
                break;
            case Write.ExecuteDelete:
                await db.Orders.ExecuteDeleteAsync();
                break;
            case Write.RawSql:
                await db.Database.ExecuteSqlRawAsync(Sql);
                break;
            case Write.SynchronousRawSql:
                db.Database.ExecuteSqlRaw(Sql);
                break;
            case Write.SqlQuery:
                await db.Database.SqlQueryRaw<int>($"{Sql} RETURNING id AS \"Value\"").ToListAsync();
                break;
            case Write.Dapper:
                await (await Tx.ConnectionAsync(Connect)).ExecuteAsync(Sql);
                break;
            default:
                Tx.Connection(Connect).Execute(Sql);
                break;
        }
    }
}

[TestClass]
public sealed class OnlyReadOnInterfaceProxyTests : OnlyReadSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class OnlyReadOnClassProxyTests : OnlyReadSpecification<ClassProxyEntry>;

[TestClass]
public sealed class OnlyReadOnCallTests : OnlyReadSpecification<CallEntry>;
