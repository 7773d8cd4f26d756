using Dapper;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using TxAspects.Testing.Tests.Shop;

namespace TxAspects.Testing.Tests.SetUps;

/// <summary>Applications with a mistake, in both set-ups: the kit, or the library in it, finds each.</summary>
[TestClass]
public sealed class WrongApplicationTests
{
    private DbConnect<ShopContext> _connect = null!;
    private TestDatabase? _database;
    private TransactionalTest? _test;

    [TestCleanup]
    public async Task CleanUpAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
        await _connect.DisposeAsync();
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Forgotten_save_is_found(bool committing)
    {
        await BeginAsync(committing);
        await using (var db = await Tx.NewSessionAsync(_connect))
            db.Orders.Add(new Order { Item = "tea" });

        var failure = await AssertFoundAsync();

        StringAssert.Contains(failure.Message, "'Order' that nobody saved");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Change_of_what_was_read_is_found_where_nobody_saved_it(bool committing)
    {
        await BeginAsync(committing);
        await Tx.RunAsync(() => InsertAsync("tea"));
        var db = await Tx.NewSessionAsync(_connect);
        (await db.Orders.SingleAsync()).Quantity = 2;
        db.ChangeTracker.DetectChanges();
        await db.DisposeAsync();

        await AssertFoundAsync();
    }

    [TestMethod]
    public async Task Failed_atomic_session_was_meant_to_be_given_up()
    {
        await BeginAsync(committing: false);

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Tx.NewAtomicSessionAsync(_connect, db =>
        {
            db.Orders.Add(new Order { Item = "tea" });
            throw new InvalidOperationException();
        }));

        await _test!.DisposeAsync();
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Violated_deferred_constraint_fails_the_commit(bool committing)
    {
        await BeginAsync(committing);

        var failure = await Assert.ThrowsExactlyAsync<PostgresException>(() => Tx.RunAsync(async () =>
        {
            await InsertAsync("tea", slot: 1);
            await InsertAsync("coffee", slot: 1);
        }));

        Assert.AreEqual("unique_slot", failure.ConstraintName);
        await EndAsync();
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Row_written_past_the_unit_is_found_when_the_unit_fails(bool committing)
    {
        await BeginAsync(committing);
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Tx.RunAsync(async () =>
        {
            await InsertAsync("tea");
            await Tx.NewAtomicSessionAsync(_connect, async db =>
            {
                db.Orders.Add(new Order { Item = "escaped" });
                await db.SaveChangesAsync();
            });
            throw new InvalidOperationException();
        }));

        if (committing)
        {
            Assert.AreEqual("escaped", await ShopServer.CommittedAsync(_database!.ConnectionString));
            await EndAsync();
        }
        else
        {
            var failure = await AssertFoundAsync();
            StringAssert.Contains(failure.Message, "a session of its own in WrongApplicationTests");
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Session_left_open_is_found(bool committing)
    {
        await BeginAsync(committing);
        var db = await Tx.NewSessionAsync(_connect);
        await db.Orders.CountAsync();

        var failure = await AssertFoundAsync();

        StringAssert.Contains(failure.Message, committing ? "idle in transaction" : "left its transaction on 'shop' open");
        await db.DisposeAsync();
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Reader_left_open_is_found(bool committing)
    {
        await BeginAsync(committing);
        var db = await Tx.NewSessionAsync(_connect);
        var reader = await (await OpenAsync(db)).ExecuteReaderAsync("SELECT generate_series(1, 100000)");
        await reader.ReadAsync();

        await AssertFoundAsync();
        await reader.DisposeAsync();
        await db.DisposeAsync();

        static async Task<NpgsqlConnection> OpenAsync(ShopContext db)
        {
            await db.Orders.CountAsync();
            return (NpgsqlConnection)db.Database.GetDbConnection();
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Reader_left_open_in_a_unit_fails_its_commit(bool committing)
    {
        await BeginAsync(committing);
        await Tx.RunAsync(() => InsertAsync("tea"));
        IAsyncEnumerator<Order>? orders = null;

        await Assert.ThrowsExactlyAsync<SessionInUseException>(() => Tx.RunAsync(async () =>
        {
            orders = (await Tx.SessionAsync(_connect)).Orders.AsAsyncEnumerable().GetAsyncEnumerator();
            await orders.MoveNextAsync();
        }));

        await orders!.DisposeAsync();
        await EndAsync();
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Unit_left_open_is_found(bool committing)
    {
        await BeginAsync(committing);
        using var scope = Tx.Open(new UnitOfWorkOptions { Name = "forgotten" });
        await InsertAsync("tea");

        var failure = await AssertFoundAsync();

        StringAssert.Contains(failure.Message, "'forgotten'");
    }

    private async Task BeginAsync(bool committing)
    {
        var database = committing
            ? _database = await (await ShopServer.TemplateAsync()).CreateDatabaseAsync()
            : await ShopServer.SharedAsync();
        _connect = ShopServer.Connect(database.ConnectionString);
        if (committing)
            database.Redirect(_connect);
        else
            _test = await TransactionalTest.BeginAsync(_connect);
    }

    private async Task EndAsync()
    {
        if (_test is not null)
            await _test.DisposeAsync();
        else
            await _database!.VerifyAsync();
    }

    private Task<TestVerificationException> AssertFoundAsync() => Assert.ThrowsExactlyAsync<TestVerificationException>(EndAsync);

    private async Task InsertAsync(string item, int? slot = null)
    {
        var db = await Tx.SessionAsync(_connect);
        db.Orders.Add(new Order { Item = item, Slot = slot });
        await db.SaveChangesAsync();
    }
}
