using System.Data;
using System.Data.Common;
using System.Text.RegularExpressions;
using Dapper;
using Microsoft.EntityFrameworkCore;
using TxAspects.Testing;

namespace TxAspects.Tests;

/// <summary>
/// Every row of docs/failures.md is what happens: the failure is provoked, and its message and what was kept are compared.
/// </summary>
[TestClass]
public sealed partial class FailuresPageTests : DatabaseTests
{
    private static readonly UnitOfWorkOptions Place = new() { Name = "OrderService.Place" };

    private TestDatabase? _archive;

    private Dictionary<string, Func<Task>> Failures => new()
    {
        ["The server process ended before the unit's first command, which is SQL text"] = KilledBeforeFirstCommandAsync,
        ["A value that the transaction is to set is not there"] = MissingValueAsync,
        ["The server process ended between two commands"] = KilledBetweenCommandsAsync,
        ["The server process ended before COMMIT"] = () => RunAsync(KillAsync),
        ["The connection was lost while COMMIT was in flight"] = LostAsync,
        ["The wait for a synchronous standby was cut short"] = CutShortAsync,
        ["A constraint checked at COMMIT refused it"] = () => RunAsync(() => TakeSlotTwiceAsync(Connect)),
        ["Serializable transactions collided at COMMIT"] = SerializationFailureAsync,
        ["A failed command was swallowed"] = () => RunAsync(
            () => SwallowAsync(async () => await (await Tx.SessionAsync(Connect)).Database.ExecuteSqlRawAsync("SELECT 1/0"))),
        ["A failed Dapper command was swallowed"] = () => RunAsync(
            () => SwallowAsync(async () => await (await Tx.ConnectionAsync(Connect)).ExecuteAsync("SELECT 1/0"))),
        ["The connection was lost in a Dapper command whose failure was swallowed"] = () => RunAsync(async () =>
        {
            await KillAsync();
            await SwallowAsync(async () => await (await Tx.ConnectionAsync(Connect)).ExecuteAsync("SELECT 1"));
        }),
        ["The connection was lost, that failure was swallowed, and the session was used again"] = LostAndUsedAgainAsync,
        ["The connection was lost, and the unit went on over another one"] = LostAndGoneOnAsync,
        ["The server cancelled the BEGIN that goes out with the first command"] = BeginCancelledAsync,
        ["The second of two commits failed"] = SecondFailedAsync,
        ["The second of two commits was lost"] = SecondLostAsync,
        ["The first of two commits was lost"] = FirstLostAsync,
        ["In two phases: a constraint refused to prepare the second"] = NotPreparedAsync,
        ["In two phases: the server of the second keeps no prepared transactions"] = NothingPreparedAsync,
        ["In two phases: nobody answered what became of the decision"] = DecisionLostAsync,
        ["In two phases: a recovery did not wait for the unit"] = RecoveredTooEarlyAsync,
        ["The pool had no connection left"] = PoolExhaustedAsync,
        ["A unit inside another one found the pool empty"] = PoolExhaustedByOuterAsync,
        ["All connections but those kept back were taken"] = OuterPlacesTakenAsync,
        ["The server cannot be reached"] = UnreachableAsync,
        ["The unit's time was up"] = TimeUpAsync,
    };

    public static IEnumerable<object[]> Rows
        => Row().Matches(File.ReadAllText(Page()))
            .Select(row => row.Groups.Values.Skip(1).Select(cell => (object)cell.Value.Trim()).ToArray());

    [TestMethod]
    public void Page_has_a_row_for_every_failure_and_no_other()
        => Assert.AreSequenceEqual(Failures.Keys.Concat(Misuses.Keys).Order(), Rows.Select(row => (string)row[0]).Order());

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public async Task Row_is_what_happens(string failure, string type, string message, string kept)
    {
        if (TestServer.PoolerPort is not null && failure.StartsWith("The server process ended before the unit's first", StringComparison.Ordinal))
            Assert.Inconclusive("A pooler in between replaces an idle connection that was lost, and nobody notices.");

        var exception = await Assert.ThrowsAsync<Exception>(Failures.GetValueOrDefault(failure) ?? Misuses[failure]);

        Assert.AreEqual(type, exception.GetType().Name);
        Assert.AreEqual(message, Numbers().Replace(exception.Message.ReplaceLineEndings("\n").Split('\n')[0], "…"));
        Assert.Contains(await KeptAsync(), kept.Split(" or "));
    }

    private Task RunAsync(Func<Task> rest) => Tx.RunAsync(
        async () =>
        {
            await InsertAsync("tea");
            await rest();
        },
        Place);

    private Task RunInBothAsync(DbConnect<ShopContext> master, DbConnect<ShopContext> archive, Func<Task>? rest = null) => Tx.RunAsync(
        async () =>
        {
            await InsertAsync("tea", master);
            await InsertAsync("tea", archive);
            await (rest?.Invoke() ?? Task.CompletedTask);
        },
        Place);

    private async Task KilledBeforeFirstCommandAsync()
    {
        await Tx.RunAsync(async () => _ = await (await Tx.SessionAsync(Connect)).Orders.CountAsync());
        await Master.KillAsync(await Master.WaitForBackendAsync("application_name = 'test' AND state = 'idle'"));
        await Tx.RunAsync(
            async () => await (await Tx.SessionAsync(Connect)).Database.ExecuteSqlAsync(
                $"INSERT INTO orders (item, quantity) VALUES ({"tea"}, 1)"),
            Place);
    }

    private async Task MissingValueAsync()
    {
        await using var connect = Master.Create(options => options with { Variables = variables => variables.Set("app.tenant", () => null) });
        await Tx.RunAsync(() => InsertAsync("tea", connect), Place);
    }

    private async Task KillAsync()
        => await Master.KillAsync(await Master.WaitForBackendAsync("application_name = 'test' AND state = 'idle in transaction'"));

    private Task KilledBetweenCommandsAsync() => RunAsync(async () =>
    {
        await KillAsync();
        await InsertAsync("coffee");
    });

    private async Task LostAsync()
    {
        await using var proxy = FaultProxy.AtCommit(Master, Fault.ReplyLost);
        await using var connect = proxy.Connect(Master);
        await Tx.RunAsync(() => InsertAsync("tea", connect), Place);
    }

    private Task LostAndUsedAgainAsync() => RunAsync(async () =>
    {
        var db = await Tx.SessionAsync(Connect);
        await KillAsync();
        await SwallowAsync(() => db.Database.ExecuteSqlRawAsync("SELECT 1"));
        await db.Database.ExecuteSqlRawAsync("SELECT 2");
    });

    private Task LostAndGoneOnAsync() => RunAsync(async () =>
    {
        var db = await Tx.SessionAsync(Connect);
        await KillAsync();
        await SwallowAsync(() => db.Database.ExecuteSqlRawAsync("SELECT 1"));
        db.Add(new Order { Item = "sugar" });
        await Assert.ThrowsAsync<Exception>(() => db.SaveChangesAsync());
        db.ChangeTracker.Clear();
        await db.Database.ExecuteSqlRawAsync("INSERT INTO orders (item, quantity) VALUES ('coffee', 1)");
    });

    private async Task BeginCancelledAsync()
    {
        await using var proxy = FaultProxy.AtBegin(Master);
        await using var connect = proxy.Connect(Master);
        var unit = Tx.RunAsync(async () => await (await Tx.SessionAsync(connect)).Database.ExecuteSqlRawAsync(
            "INSERT INTO orders (item, quantity) VALUES ('tea', 1)"), Place);
        await Master.ExecuteAsync($"SELECT pg_cancel_backend({await Master.WaitForBackendAsync("wait_event = 'PgSleep'")})");
        try
        {
            await unit;
        }
        finally
        {
            await Master.WaitForNoBackendAsync("application_name = 'test'");
        }
    }

    private async Task CutShortAsync()
    {
        await using var server = await TemporaryPostgres.StartAsync(new TemporaryPostgresOptions
        {
            Settings = { ["synchronous_standby_names"] = "nosuch", ["synchronous_commit"] = "local" },
        });
        await using var database = await TestDatabase.CreateOnAsync(server);
        await using var connect = database.Create(configure: settings => settings.Options = "-c synchronous_commit=on");
        var unit = Tx.RunAsync(() => InsertAsync("tea", connect), Place);
        await database.KillAsync(await database.WaitForBackendAsync("wait_event = 'SyncRep'"));
        await Task.WhenAny(unit);
        if (await database.CountAsync("tea") > 0)
            await Master.ExecuteAsync("INSERT INTO orders (item, quantity) VALUES ('tea', 1)");
        await unit;
    }

    private static async Task TakeSlotTwiceAsync(DbConnect<ShopContext> connect)
    {
        var db = await Tx.SessionAsync(connect);
        db.Orders.AddRange(new Order { Item = "one", Slot = 7 }, new Order { Item = "two", Slot = 7 });
        await db.SaveChangesAsync();
    }

    private Task SerializationFailureAsync() => Tx.RunAsync(
        async () =>
        {
            _ = await (await Tx.SessionAsync(Connect)).Orders.CountAsync();
            await InsertAsync("tea");
            await Master.ExecuteAsync("""
                BEGIN ISOLATION LEVEL SERIALIZABLE;
                SELECT count(*) FROM orders;
                INSERT INTO orders (item, quantity) VALUES ('coffee', 1);
                COMMIT;
                """);
        },
        new UnitOfWorkOptions { Name = "OrderService.Place", IsolationLevel = IsolationLevel.Serializable });

    private static async Task SwallowAsync(Func<Task> command)
    {
        try
        {
            await command();
        }
        catch (DbException)
        {
        }
    }

    private async Task SecondFailedAsync()
    {
        _archive = await CreateArchiveAsync();
        await RunInBothAsync(Connect, _archive.Connect, () => TakeSlotTwiceAsync(_archive.Connect));
    }

    private async Task SecondLostAsync()
    {
        _archive = await CreateArchiveAsync();
        await using var proxy = FaultProxy.AtCommit(_archive, Fault.RequestLost);
        await using var archive = proxy.Connect(_archive, "archive");
        await RunInBothAsync(Connect, archive);
    }

    private async Task FirstLostAsync()
    {
        _archive = await CreateArchiveAsync();
        await using var proxy = FaultProxy.AtCommit(Master, Fault.ReplyLost);
        await using var master = proxy.Connect(Master);
        await RunInBothAsync(master, _archive.Connect);
    }

    private async Task PoolExhaustedAsync()
    {
        await using var connect = Master.Create(configure: settings => (settings.MaxPoolSize, settings.Timeout) = (1, 1));
        await using var holder = await Tx.NewSessionAsync(connect);
        _ = await holder.Orders.CountAsync();
        await Tx.RunAsync(() => InsertAsync("tea", connect), Place);
    }

    private async Task OuterPlacesTakenAsync()
    {
        await using var connect = Master.Create(
            configure: settings => (settings.MaxPoolSize, settings.Timeout) = (2, 1), maxOuterConnections: 1);
        await using var holder = await Tx.NewSessionAsync(connect);
        _ = await holder.Orders.CountAsync();
        await Tx.RunAsync(() => InsertAsync("tea", connect), Place);
    }

    private async Task PoolExhaustedByOuterAsync()
    {
        await using var connect = Master.Create(configure: settings => (settings.MaxPoolSize, settings.Timeout) = (1, 1));
        await Tx.RunAsync(
            async () =>
            {
                await InsertAsync("tea", connect);
                await Tx.RunAsync(() => InsertAsync("tea", connect),
                    new UnitOfWorkOptions { Name = "Audit.Note", Propagation = Propagation.RequiresNew });
            },
            Place);
    }

    private async Task UnreachableAsync()
    {
        var database = await TestDatabase.CreateOnOwnServerAsync();
        await database.DisposeAsync();
        await using var connect = database.Create();
        await Tx.RunAsync(() => InsertAsync("tea", connect), Place);
    }

    private Task TimeUpAsync() => Tx.RunAsync(
        async () =>
        {
            await InsertAsync("tea");
            await (await Tx.SessionAsync(Connect)).Database.ExecuteSqlRawAsync("SELECT pg_sleep(600)");
        },
        new UnitOfWorkOptions { Name = "OrderService.Place", TimeoutSeconds = 1 });

    private async Task<string> KeptAsync()
    {
        var master = await (_first ?? Master).CountAsync("tea") > 0;
        var archive = _archive is null ? master : await _archive.CountAsync("tea") > 0;
        return (master, archive) switch
        {
            (true, true) => "everything",
            (true, false) => "the work in 'master'",
            (false, true) => "the work in 'archive'",
            (false, false) => "nothing",
        };
    }

    private static string Page() => Path.Combine(ReadmeTests.RepositoryRoot(), "docs", "failures.md");

    // | what happened | type | message | kept |
    [GeneratedRegex(@"^\| ([^|]+) \| `(\w+)` \| ([^|]+) \| ([^|]+) \|\r?$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"(?<=127\.0\.0\.1:)\d+")]
    private static partial Regex Numbers();
}
