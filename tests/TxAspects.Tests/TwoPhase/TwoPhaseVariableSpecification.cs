using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>What a connect sets per transaction, in units that commit in two phases.</summary>
public abstract class TwoPhaseVariableSpecification<TEntry> : TwoPhaseFixture<TEntry>
    where TEntry : Entry, new()
{
    private readonly List<DbConnect> _connects = [];
    private readonly AsyncLocal<(bool IsSet, string? Name)> _tenant = new();

    private string? Tenant
    {
        get => _tenant.Value is { IsSet: true, Name: var name } ? name : "acme";
        set => _tenant.Value = (true, value);
    }

    [TestCleanup]
    public async Task DisposeConnectsAsync()
    {
        foreach (var connect in _connects)
            await connect.DisposeAsync();
    }

    [TestMethod]
    public async Task Both_databases_have_them_and_each_row_is_written_with_them()
    {
        var (first, second) = await ConnectBothAsync();

        await Units.TwoPhaseAsync(() => InsertInBothAsync("tea", first, second));
        Tenant = "blue";
        Units.TwoPhase(() =>
        {
            Insert("milk", first);
            Insert("milk", second);
        });

        await AssertTenantsAsync("milk:blue,tea:acme");
        Assert.AreEqual(2, await DecisionsAsync());
    }

    [TestMethod]
    public async Task Next_transactions_after_an_early_end_take_them_anew()
    {
        var (first, second) = await ConnectBothAsync();

        await Units.TwoPhaseAsync(async () =>
        {
            await InsertInBothAsync("one", first, second);
            Tenant = "blue";
            await InsertInBothAsync("two", first, second);
            await Tx.CommitAllAsync();
            await InsertInBothAsync("three", first, second);
            await Tx.RollbackAllAsync();
            Tenant = "cyan";
            await InsertInBothAsync("four", first, second);
        });

        await AssertTenantsAsync("four:cyan,one:acme,two:acme");
    }

    [TestMethod]
    public async Task First_save_that_fails_and_nested_calls_leave_them()
    {
        var (first, second) = await ConnectBothAsync();

        await Units.TwoPhaseAsync(async () =>
        {
            foreach (var connect in new[] { first, second })
            {
                var db = await Tx.SessionAsync(connect);
                db.Add(new Order { Item = "bad", Quantity = -1 });
                await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync());
                db.ChangeTracker.Clear();
            }

            await SwallowAsync(() => Units.NestedAsync(async () =>
            {
                await InsertInBothAsync("undone", first, second);
                throw Failure;
            }));
            await Units.NestedAsync(() => InsertInBothAsync("tea", first, second));
        });

        await AssertTenantsAsync("tea:acme");
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Value_that_is_not_there_in_one_database_leaves_nothing_in_the_other(bool throws)
    {
        await NoteTenantsAsync();
        var first = With(Master, "master", () => "acme");
        var second = With(Archive, "archive", () => throws ? throw Failure : null);

        var failure = await Assert.ThrowsAsync<Exception>(() => Units.TwoPhaseAsync(() => InsertInBothAsync("tea", first, second)));

        Assert.IsTrue(throws ? failure == Failure : failure is TransactionVariableException { ConnectName: "archive" }, $"{failure}");
        Assert.AreEqual(UnitOfWorkState.RolledBack, Unit!.State);
        await AssertInBothAsync("");
        Assert.AreEqual(0, await DecisionsAsync());
    }

    [TestMethod]
    public async Task Value_that_is_not_there_for_what_is_saved_at_the_end_leaves_nothing()
    {
        await NoteTenantsAsync();
        var first = With(Master, "master", () => "acme");
        var second = With(Archive, "archive", () => null);

        await Assert.ThrowsExactlyAsync<TransactionVariableException>(() => Units.TwoPhaseAsync(async () =>
        {
            await AddAsync(new Order { Item = "tea" }, first);
            await AddAsync(new Order { Item = "tea" }, second);
        }));

        await AssertInBothAsync("");
        Assert.AreEqual(0, await DecisionsAsync());
    }

    [TestMethod]
    public async Task Role_of_the_transaction_does_not_keep_its_commit_from_being_told()
    {
        const string Login = "txaspects_login";
        foreach (var database in new[] { Master, Archive })
        {
            await database.ExecuteAsync($"""
                DO $$ BEGIN
                    CREATE ROLE {Login} LOGIN PASSWORD '{Login}';
                EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
                END $$;
                DO $$ BEGIN
                    CREATE ROLE txaspects_tenant NOLOGIN;
                EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
                END $$;
                GRANT txaspects_tenant TO {Login};
                GRANT SELECT, INSERT ON orders TO txaspects_tenant;
                GRANT SELECT, INSERT, UPDATE ON txaspects_decisions TO txaspects_tenant, {Login};
                GRANT EXECUTE ON FUNCTION pg_control_system() TO txaspects_tenant, {Login};
                CREATE TABLE checks (role text NOT NULL);
                GRANT INSERT ON checks TO txaspects_tenant;
                CREATE FUNCTION note_role() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN INSERT INTO checks VALUES (current_user); RETURN NULL; END';
                CREATE CONSTRAINT TRIGGER note_role AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
                    EXECUTE FUNCTION note_role()
                """);
        }

        var first = With(Master, "master", () => "txaspects_tenant", "role", Login);
        var second = With(Archive, "archive", () => "txaspects_tenant", "role", Login);

        await Units.TwoPhaseAsync(() => InsertInBothAsync("tea", first, second));

        await AssertInBothAsync("tea");
        Assert.AreEqual(0, await PreparedAsync());
        Assert.AreEqual("txaspects_tenant", await Master.ScalarAsync<string>("SELECT role FROM checks"));
        Assert.AreEqual("txaspects_tenant", await Archive.ScalarAsync<string>("SELECT role FROM checks"));
    }

    [TestMethod]
    public async Task Deadline_on_the_server_stops_what_is_prepared_and_leaves_nothing()
    {
        var first = Limited(Master, "master");
        var second = Limited(Archive, "archive");
        await using var gate = await CommitGate.CloseAsync(Archive);

        var refused = await Assert.ThrowsExactlyAsync<PostgresException>(() => Tx.RunAsync(
            () => InsertInBothAsync("tea", first, second),
            new UnitOfWorkOptions { CommitMode = CommitMode.TwoPhase, TimeoutSeconds = 1.5 }));

        Assert.AreEqual(PostgresErrorCodes.QueryCanceled, refused.SqlState);
        Assert.AreEqual(UnitOfWorkState.RolledBack, Unit!.State);
        await AssertInBothAsync("");
        Assert.AreEqual(0, await DecisionsAsync());
    }

    [TestMethod]
    public async Task Deadline_on_the_server_does_not_stop_the_decision()
    {
        var first = Limited(Master, "master");
        var second = Limited(Archive, "archive");
        await using var gate = await CommitGate.CloseAsync(Master);

        var unit = Tx.RunAsync(
            () => InsertInBothAsync("tea", first, second),
            new UnitOfWorkOptions { CommitMode = CommitMode.TwoPhase, TimeoutSeconds = 1.5 });
        await gate.WaitForCommitAsync();
        await Master.ExecuteAsync("SELECT pg_sleep(2)");
        await gate.OpenAsync();
        await unit;

        await AssertInBothAsync("tea");
    }

    private async Task<(DbConnect<ShopContext> First, DbConnect<ShopContext> Second)> ConnectBothAsync()
    {
        await NoteTenantsAsync();
        return (With(Master, "master", () => Tenant), With(Archive, "archive", () => Tenant));
    }

    private DbConnect<ShopContext> With(
        TestDatabase database, string name, Func<string?> value, string variable = "app.tenant", string? login = null)
        => Keep(database.Create(
            with: options => options with { Variables = variables => variables.Set(variable, value), UnitNameOnServer = true },
            configure: settings =>
            {
                if (login is not null)
                    (settings.Username, settings.Password) = (login, login);
            },
            name: name, twoPhase: TwoPhase));

    private DbConnect<ShopContext> Limited(TestDatabase database, string name)
        => Keep(database.Create(
            with: options => options with { DeadlineOnServer = true, TransactionTimeoutGrace = TimeSpan.FromSeconds(60) },
            name: name, twoPhase: TwoPhase));

    private DbConnect<ShopContext> Keep(DbConnect<ShopContext> connect)
    {
        _connects.Add(connect);
        return connect;
    }

    /// <summary>Has each row tell, as its code, the tenant with whom it was written, or fail.</summary>
    private async Task NoteTenantsAsync()
    {
        foreach (var database in new[] { Master, Archive })
        {
            await database.ExecuteAsync("""
                CREATE FUNCTION note_tenant() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN NEW.code = NEW.item || '':'' || current_setting(''app.tenant''); RETURN NEW; END';
                CREATE TRIGGER note_tenant BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION note_tenant()
                """);
        }
    }

    private async Task AssertTenantsAsync(string expected)
    {
        foreach (var database in new[] { Master, Archive })
            Assert.AreEqual(expected, await database.ScalarAsync<string>("SELECT string_agg(code, ',' ORDER BY code) FROM orders"));
    }

    private static void Insert(string item, DbConnect<ShopContext> connect)
    {
        var db = Tx.Session(connect);
        db.Add(new Order { Item = item });
        db.SaveChanges();
    }
}

[TestClass]
public sealed class TwoPhaseVariablesOnInterfaceProxyTests : TwoPhaseVariableSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class TwoPhaseVariablesOnCallTests : TwoPhaseVariableSpecification<CallEntry>;
