using System.Diagnostics;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>A server that goes down and comes up again, and one that goes down for good.</summary>
[TestClass]
public sealed class RestartedServerTests : DatabaseTests
{
    [TestMethod]
    public async Task Unit_that_was_open_rolls_back_and_the_next_one_works()
    {
        ITxUnit? unit = null;

        await Assert.ThrowsAsync<Exception>(() => Tx.RunAsync(async () =>
        {
            unit = Tx.Current;
            await InsertAsync("lost");
            await CrashAsync();
            await InsertAsync("lost too");
        }));
        await Tx.RunAsync(() => InsertAsync("after"));

        Assert.AreEqual(UnitOfWorkState.RolledBack, unit!.State);
        Assert.AreEqual("after", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Unit_that_was_to_commit_is_repeated_unless_its_outcome_is_unknown()
    {
        var attempts = 0;
        Exception? failure = null;
        try
        {
            await Tx.RunAsync(
                async () =>
                {
                    await InsertAsync("tea");
                    if (++attempts == 1)
                        await CrashAsync();
                },
                new UnitOfWorkOptions { MaxRetries = 3 });
        }
        catch (CommitOutcomeUnknownException unknown)
        {
            // A crashing server may close a connection without a word, and then nobody can know.
            failure = unknown;
        }

        Assert.AreEqual(failure is null ? 2 : 1, attempts);
        Assert.AreEqual(failure is null ? "tea" : "", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Without_a_server_the_unit_fails_and_leaves_nothing()
    {
        ITxUnit? unit = null;
        var database = await TestDatabase.CreateOnOwnServerAsync();
        await database.DisposeAsync();
        await using var connect = database.Create();

        var failure = await Assert.ThrowsAsync<Exception>(() => Tx.RunAsync(async () =>
        {
            unit = Tx.Current;
            await InsertAsync("tea", connect);
        }));

        Assert.IsInstanceOfType<ConnectionFailedException>(failure);
        Assert.AreEqual(UnitOfWorkState.RolledBack, unit!.State);
        Assert.AreEqual(0, database.ConnectionsLeased);
    }

    protected override Task<TestDatabase> CreateMasterAsync() => TestDatabase.CreateOnOwnServerAsync();

    /// <summary>Kills a server process the hard way, so that the server ends all of them, and returns when it has come up again.</summary>
    private async Task CrashAsync()
    {
        await using var victim = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(Master.ConnectionString) { Pooling = false }.ConnectionString);
        await victim.OpenAsync();
        var ended = Master.ExecuteAsync("SELECT pg_sleep(600)");
        await Master.WaitForBackendAsync("wait_event = 'PgSleep'");
        using (var process = Process.GetProcessById(victim.ProcessID))
            process.Kill();

        // From here on nobody is let in before the recovery is over.
        await Assert.ThrowsAsync<NpgsqlException>(() => ended);
        NpgsqlConnection.ClearAllPools();
        for (var attempt = 0; !await IsUpAsync(); attempt++)
        {
            Assert.IsLessThan(1000, attempt, "The server did not come up again.");
            await Task.Delay(10);
        }
    }

    private async Task<bool> IsUpAsync()
    {
        try
        {
            await Master.ExecuteAsync("SELECT 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
