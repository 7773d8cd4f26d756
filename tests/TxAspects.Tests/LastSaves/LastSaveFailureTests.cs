using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>
/// A save that takes its commit along fails as one does that does not: with the same rows, the same exception, the same entries and the
/// same state of its unit.
/// </summary>
[TestClass]
public sealed class LastSaveFailureTests : DatabaseTests
{
    private static readonly Dictionary<string, Func<KindsContext, Task>> Kinds = new()
    {
        ["nothing fails"] = async db => db.Add(new Order { Item = "tea" }),
        ["many rows"] = async db => db.AddRange(Enumerable.Range(0, 7).Select(number => new Order { Item = $"tea{number}" })),
        ["a unique value is taken"] = async db => db.AddRange(
            new Order { Item = "tea" }, new Order { Item = "milk", Code = "taken" }, new Order { Item = "rum" }),
        ["a foreign key is missing"] = async db => db.AddRange(
            new KindsContext.Line { Id = 1, OrderId = 1 }, new KindsContext.Line { Id = 2, OrderId = 999 }),
        ["a check fails"] = async db => db.AddRange(new Order { Item = "tea" }, new Order { Item = "bad", Quantity = -1 }),
        ["a deferred constraint fails"] = async db => db.AddRange(new Order { Item = "tea" }, new Order { Item = "late", Slot = 7 }),
        ["the row of an update is missing"] = async db =>
        {
            var order = new Order { Id = 55, Item = "tea" };
            db.Attach(order);
            order.Item = "milk";
            db.Add(new Order { Item = "other" });
            Known(db).Item = "changed";
        },
        ["the row of a delete is missing"] = async db =>
        {
            db.Remove(new Order { Id = 55 });
            db.Add(new Order { Item = "other" });
        },
        ["the first of two rows is missing"] = async db => db.RemoveRange(new Order { Id = 1, Version = 9 }, new KindsContext.Line { Id = 8 }),
        ["a concurrency token is old"] = async db =>
        {
            var order = Known(db, version: 5);
            order.Quantity = 3;
            order.Version = 6;
            db.Add(new Order { Item = "other" });
        },
        ["one of several batches fails"] = async db => db.AddRange(Enumerable.Range(0, 7).Select(
            number => new Order { Item = $"tea{number}", Code = number == 3 ? "taken" : null })),
        ["the last of several batches fails"] = async db => db.AddRange(Enumerable.Range(0, 7).Select(
            number => new Order { Item = $"tea{number}", Code = number == 6 ? "taken" : null })),
        ["a trigger swallows a row"] = async db => db.AddRange(
            new KindsContext.Swallowing { Id = 2 }, new KindsContext.Swallowing { Id = 1 }, new Order { Item = "other" }),
        ["a trigger refuses at the end of the last statement"] = async db => db.AddRange(
            new Order { Item = "tea" }, new KindsContext.Refusing { Id = 1 }),
        ["a rule swallows a row"] = async db => db.AddRange(new KindsContext.Ruled { Id = 1 }, new Order { Item = "other" }),
        ["a rule lets a row pass"] = async db => db.Add(new KindsContext.Ruled { Id = 2 }),
        ["a row fits no partition"] = async db => db.AddRange(new KindsContext.Parted { Id = 1 }, new KindsContext.Parted { Id = 99 }),
        ["a row fits a partition"] = async db => db.Add(new KindsContext.Parted { Id = 2 }),
        ["a trigger came after the catalogue was read"] = async db => db.AddRange(
            new KindsContext.Late { Id = 2 }, new KindsContext.Late { Id = 1 }, new Order { Item = "other" }),
        ["a trigger that came later swallows the only row"] = async db => db.Add(new KindsContext.Late { Id = 1 }),
        ["the only row of a delete is missing"] = async db => db.Remove(new Order { Id = 55 }),
        ["a key is generated and does not fit"] = async db => db.AddRange(new Order { Item = "tea" }, new KindsContext.Enlarged()),
        ["an owned row is taken twice"] = async db => db.Add(new KindsContext.Person
        {
            Id = 1, Address = { Street = "here" }, Pets = { new KindsContext.Pet { Id = 1 } }, Note = new() { Id = 1, Text = "bad" },
        }),
        ["owned and split rows pass"] = async db => db.Add(new KindsContext.Person
        {
            Id = 1, Address = { Street = "here" }, Pets = { new KindsContext.Pet { Id = 1 } }, Note = new() { Id = 1, Text = "good" },
        }),
        ["a split row is missing"] = async db =>
        {
            var person = new KindsContext.Person { Id = 9, Address = { Street = "here" }, Note = new() { Id = 9, Text = "good" } };
            db.Attach(person);
            (person.Address.Street, person.Note!.Text) = ("there", "better");
        },
        ["a procedure inserts"] = async db => db.Add(new KindsContext.Called { Id = 1 }),
        ["a procedure fails"] = async db =>
        {
            db.Add(new KindsContext.Called { Id = 1 });
            db.Add(new Order { Item = "bad", Quantity = -1 });
        },
        ["a policy refuses a row"] = async db => db.AddRange(
            new KindsContext.OwnedRow { Id = 1, Tenant = "me" }, new KindsContext.OwnedRow { Id = 2, Tenant = "other" }),
        ["a policy hides the row of an update"] = async db =>
        {
            var row = new KindsContext.OwnedRow { Id = 50, Tenant = "other" };
            db.Attach(row);
            row.Tenant = "me";
            db.Add(new Order { Item = "other" });
        },
        ["an exclusion constraint fails"] = async db => db.AddRange(
            new KindsContext.Booking { Id = 1, Seat = new(1, 5) }, new KindsContext.Booking { Id = 2, Seat = new(4, 8) }),
    };

    private static readonly List<string> Apart = ["a rule", "a procedure", "does not fit"];

    private static readonly Lazy<Task<PgBouncer>> Pooler = new(() => PgBouncer.StartAsync(TestServer.Server.ConnectionStringFor("postgres")));

    public static IEnumerable<object[]> Cases
        => from kind in Kinds.Keys from setting in Enum.GetValues<Setting>() select new object[] { kind, setting };

    /// <summary>How commands are sent.</summary>
    public enum Setting
    {
        Plain,
        Prepared,
        SmallBatches,

        /// <summary>Through a PgBouncer, which gives every transaction another server process.</summary>
        Pooled,
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public async Task Fails_as_a_save_whose_commit_comes_apart(string kind, Setting setting)
    {
        if (setting is Setting.Pooled && PgBouncer.Find() is null)
            Assert.Inconclusive("PgBouncer is not installed.");
        foreach (var readsFirst in new[] { false, true })
        {
            var expected = await DescribeAsync(kind, setting, readsFirst, commitsWithSave: false);
            var actual = await DescribeAsync(kind, setting, readsFirst, commitsWithSave: true);

            Assert.AreEqual(expected, actual, readsFirst ? "In a transaction." : "Alone.");
            Console.WriteLine($"{kind}: {actual}");
        }
    }

    [ClassCleanup]
    public static async Task StopPoolerAsync()
    {
        if (Pooler.IsValueCreated)
            await (await Pooler.Value).DisposeAsync();
    }

    private static Order Known(KindsContext db, int version = 0)
    {
        var order = new Order { Id = 1, Item = "seed", Code = "taken", Slot = 7, Version = version };
        db.Attach(order);
        return order;
    }

    private static Task<string> DescribeAsync(string kind, Setting setting, bool readsFirst, bool commitsWithSave)
        => kind.Contains("procedure")
            ? DescribeAsync<KindsContext.WithProcedures>(kind, setting, readsFirst, commitsWithSave)
            : DescribeAsync<KindsContext.WithoutProcedures>(kind, setting, readsFirst, commitsWithSave);

    private static async Task<string> DescribeAsync<TContext>(string kind, Setting setting, bool readsFirst, bool commitsWithSave)
        where TContext : KindsContext
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(KindsContext.Schema);
        await using var connect = await ConnectAsync<TContext>(database, setting, commitsWithSave);

        // What succeeds is done three times, so that the database was asked for what has to be known, and commands are prepared.
        for (var time = 0; time < 3; time++)
            await Tx.RunAsync(async () => (await Tx.SessionAsync(connect)).Add(new Order { Item = "warm" }));
        await database.ExecuteAsync("""
            DELETE FROM orders WHERE item = 'warm';
            CREATE TRIGGER swallow BEFORE INSERT ON late FOR EACH ROW WHEN (NEW.id = 1) EXECUTE FUNCTION swallow()
            """);

        ITxUnit? unit = null;
        var failure = await FailureOfAsync(() => Tx.RunAsync(async () =>
        {
            unit = Tx.Current;
            var db = await Tx.SessionAsync(connect);
            if (readsFirst)
                _ = await db.Set<KindsContext.Late>().CountAsync();
            await Kinds[kind](db);
        }));
        var rows = await database.ScalarAsync<string>(KindsContext.Rows);

        // What certainly cannot be taken along is not.
        if (commitsWithSave)
            Assert.AreEqual(Apart.Exists(kind.Contains), unit!.Outcome!.Connects[0].CommitObstacle is not null, unit.Outcome.Connects[0].CommitObstacle);
        return $"{Describe(failure)}; {unit!.State}; {rows}";
    }

    private static async Task<DbConnect<TContext>> ConnectAsync<TContext>(TestDatabase database, Setting setting, bool commitsWithSave)
        where TContext : KindsContext
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            MaxAutoPrepare = setting is Setting.Prepared ? 100 : 0, AutoPrepareMinUsages = 2, NoResetOnClose = true, MaxPoolSize = 1,
        };
        var options = new PostgresConnectOptions<TContext>
        {
            CommitWithSave = commitsWithSave,
            ConfigureProvider = provider => provider.MaxBatchSize(setting is Setting.SmallBatches ? 2 : 100),
        };
        if (setting is not Setting.Pooled)
        {
            settings.Options = "-c role=txaspects_limited";
            return PostgresConnect.Create(settings.ConnectionString, options);
        }

        settings.Port = (await Pooler.Value).Port;
        return PostgresConnect.Create(
            settings.ConnectionString,
            options with { ThroughPgBouncer = true, Variables = variables => variables.Set("role", () => "txaspects_limited") });
    }

    private static async Task<Exception?> FailureOfAsync(Func<Task> body)
    {
        try
        {
            await body();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private static string Describe(Exception? failure) => failure switch
    {
        null => "none",
        DbUpdateException update => $"{update.GetType().Name} ({string.Join(", ", update.Entries.Select(
            entry => $"{entry.Metadata.ShortName()} {entry.State}"))}) of {Describe(update.InnerException)}",
        PostgresException postgres => $"{postgres.SqlState} {postgres.ConstraintName}",
        _ => $"{failure.GetType().Name} of {Describe(failure.InnerException)}",
    };
}
