using Dapper;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Testing.Tests.SetUps;

/// <summary>
/// Statements of the library's own, which no interceptor of EF Core's sees, wait for what the test itself is running on the connection.
/// </summary>
[TestClass]
public sealed class TransactionalOwnStatementTests : TransactionalSetUp
{
    private static readonly UnitOfWorkOptions Limited = new() { TimeoutSeconds = 60 };

    private NpgsqlConnection _holder = null!;
    private Task _running = Task.CompletedTask;

    [TestInitialize]
    public async Task OpenAsync()
    {
        _holder = new NpgsqlConnection(ConnectionString);
        await _holder.OpenAsync();
    }

    [TestCleanup]
    public async Task CloseAsync()
    {
        await _holder.DisposeAsync();
        await _running;
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Savepoint_of_a_block_waits(bool async)
    {
        await Tx.RunAsync(async () =>
        {
            await InsertAsync("outer");
            await BesideAsync(
                async,
                () => Tx.AtomicAsync(Connect, _ => InsertAsync("block"), WhenInTransaction.Savepoint),
                () => Tx.Atomic(Connect, _ => Insert("block"), WhenInTransaction.Savepoint));
        });

        Assert.AreEqual("block,outer", await ItemsAsync());
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Limit_of_raw_commands_waits(bool async)
    {
        const string Sql = "INSERT INTO orders (item, quantity) VALUES ('raw', 1)";
        await Tx.RunAsync(
            async () =>
            {
                await InsertAsync("outer");
                await BesideAsync(
                    async,
                    async () => await (await Tx.ConnectionAsync(Connect)).ExecuteAsync(Sql),
                    () => Tx.Connection(Connect).Execute(Sql));
            },
            Limited);

        Assert.AreEqual("outer,raw", await ItemsAsync());
    }

    [TestMethod]
    public async Task Undoing_a_block_waits()
    {
        // Whoever opens it runs the rest of the block at once, up to where that waits.
        var mayFail = new TaskCompletionSource();
        await Tx.RunAsync(async () =>
        {
            await InsertAsync("outer");
            var inserted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var block = Tx.AtomicAsync(
                Connect,
                async _ =>
                {
                    await InsertAsync("block");
                    inserted.SetResult();
                    await mayFail.Task;
                    throw new InvalidOperationException();
                },
                WhenInTransaction.Savepoint);
            await inserted.Task;
            await HoldAsync();
            mayFail.SetResult();
            await LetGoAsync();
            await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => block);
        });

        Assert.AreEqual("outer", await ItemsAsync());
    }

    /// <summary>Does something while a command of the test's own session is running on the connection that all share.</summary>
    private async Task BesideAsync(bool async, Func<Task> doing, Action doingSynchronously)
    {
        await HoldAsync();
        var done = async ? doing() : OnThreadAsync(doingSynchronously);
        await LetGoAsync();
        await done;
    }

    private async Task HoldAsync()
    {
        await _holder.ExecuteAsync("SELECT pg_advisory_lock(7)");
        _running = (await Test.SessionAsync(Connect)).Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(7)");
        const string IsHeld = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)";
        while (!await _holder.ExecuteScalarAsync<bool>(IsHeld))
            await Task.Delay(TimeSpan.FromMilliseconds(10));
    }

    private async Task LetGoAsync()
    {
        await _holder.ExecuteAsync("SELECT pg_advisory_unlock(7)");
        await _running;
    }

    /// <summary>Runs something on a thread of its own; returns as soon as that waits or is done.</summary>
    private static Task OnThreadAsync(Action doing)
    {
        Thread? thread = null;
        var done = Task.Factory.StartNew(
            () =>
            {
                Volatile.Write(ref thread, Thread.CurrentThread);
                doing();
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        SpinWait.SpinUntil(() => done.IsCompleted || Volatile.Read(ref thread)?.ThreadState.HasFlag(ThreadState.WaitSleepJoin) is true);
        return done;
    }
}
