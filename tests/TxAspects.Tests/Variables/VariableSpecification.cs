using System.Data.Common;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>Values that a connect sets for each transaction hold from its first command to its end, whatever that command is.</summary>
public abstract class VariableSpecification<TEntry> : TenantSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Query_sees_them()
    {
        await Units.RequiredAsync(async () => Assert.AreEqual("acme:seed", await SeenAsync()));

        Assert.AreEqual(1, Taken);
    }

    [TestMethod]
    public async Task Save_sees_them()
    {
        await Units.RequiredAsync(() => InsertAsync("acme:tea", Shop));

        Assert.AreEqual("acme:seed,acme:tea,blue:seed", await Master.ItemsAsync());
    }

    [TestMethod]
    public Task Save_for_another_tenant_is_refused()
        => Assert.ThrowsAsync<DbUpdateException>(() => Units.RequiredAsync(() => InsertAsync("blue:tea", Shop)));

    [TestMethod]
    public Task Read_only_unit_sees_them_and_may_only_read()
        => Units.ReadOnlyAsync(async () =>
        {
            Assert.AreEqual("acme:seed", await SeenAsync());
            var db = await Tx.SessionAsync(Shop);
            Assert.AreEqual("on", (await db.Database.SqlQueryRaw<string>(
                "SELECT current_setting('transaction_read_only') AS \"Value\"").ToListAsync()).Single());
        });

    [TestMethod]
    public Task Update_and_delete_in_the_database_count_their_own_rows_only()
        => Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Shop);
            Assert.AreEqual(1, await db.Orders.ExecuteUpdateAsync(set => set.SetProperty(order => order.Quantity, 7)));
            await Tx.CommitAsync(Shop);
            Assert.AreEqual(1, await (await Tx.SessionAsync(Shop)).Orders.ExecuteDeleteAsync());
        });

    [TestMethod]
    public Task Sql_text_sees_them()
        => Units.RequiredAsync(async () =>
        {
            Assert.AreEqual(1, await (await Tx.SessionAsync(Shop)).Database.ExecuteSqlAsync($"UPDATE orders SET quantity = {5}"));
            await Tx.CommitAsync(Shop);
            Assert.AreEqual("acme", await TenantOfAsync(await Tx.SessionAsync(Shop)));
            await Tx.CommitAsync(Shop);
            Assert.AreEqual(1, (await (await Tx.SessionAsync(Shop)).Orders.FromSql($"SELECT * FROM orders WHERE quantity = {5}")
                .ToListAsync()).Count);
        });

    [TestMethod]
    public Task Positional_parameters_see_them()
        => Units.RequiredAsync(async () =>
        {
            await using var command = (await Tx.ConnectionAsync(Shop)).CreateCommand();
            command.CommandText = "UPDATE orders SET quantity = $1";
            command.Parameters.Add(new NpgsqlParameter { Value = 5 });
            Assert.AreEqual(1, await command.ExecuteNonQueryAsync());
        });

    [TestMethod]
    public Task Parameters_with_names_like_ours_are_left_alone()
        => Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Shop);
            Assert.AreEqual(1, await db.Database.ExecuteSqlRawAsync(
                "UPDATE orders SET quantity = @txaspects_0", new NpgsqlParameter("txaspects_0", 5)));
        });

    [TestMethod]
    public Task Dapper_sees_them()
        => Units.RequiredAsync(async () =>
            Assert.AreEqual(1, await (await Tx.ConnectionAsync(Shop)).ExecuteScalarAsync<int>("SELECT count(*) FROM orders")));

    [TestMethod]
    public Task Copy_sees_them()
        => Units.RequiredAsync(async () =>
        {
            var connection = (NpgsqlConnection)await Tx.ConnectionAsync(Shop);
            using var reader = await connection.BeginTextExportAsync("COPY (SELECT item FROM orders) TO STDOUT");
            Assert.AreEqual("acme:seed\n", await reader.ReadToEndAsync());
        });

    [TestMethod]
    public void Synchronous_unit_sees_them()
    {
        Units.Required(() =>
        {
            var db = Tx.Session(Shop);
            db.Orders.Add(new Order { Item = "acme:tea" });
            db.SaveChanges();
            Assert.AreEqual(2, db.Orders.Count());
        });

        Units.Required(() => Assert.AreEqual(2, Tx.Session(Shop).Orders.Count()));
    }

    [TestMethod]
    public async Task They_are_gone_with_the_transaction()
    {
        await using var shop = Master.Create(
            with: options => options with { Variables = variables => variables.Set("app.tenant", () => Tenant) },
            configure: settings => settings.MaxPoolSize = 1);
        await Units.RequiredAsync(async () => Assert.AreEqual("acme", await TenantOfAsync(await Tx.SessionAsync(shop))));

        await using var connection = await shop.OpenConnectionAsync();

        Assert.AreEqual("", await connection.ExecuteScalarAsync<string?>("SELECT current_setting('app.tenant', true)") ?? "");
    }

    [TestMethod]
    public async Task Next_transaction_of_a_unit_takes_them_anew()
    {
        await Units.RequiredAsync(async () =>
        {
            Assert.AreEqual("acme:seed", await SeenAsync());
            await Tx.CommitAsync(Shop);
            Tenant = "blue";
            Assert.AreEqual("blue:seed", await SeenAsync());
            Tenant = "none";
            Assert.AreEqual("blue:seed", await SeenAsync());
            await Tx.RollbackAsync(Shop);
            Assert.AreEqual("", await SeenAsync());
        });

        Assert.AreEqual(3, Taken);
    }

    [TestMethod]
    public Task Unit_inside_has_its_own()
        => Units.RequiredAsync(async () =>
        {
            Assert.AreEqual("acme:seed", await SeenAsync());
            Tenant = "blue";
            await Units.NewContextAsync(async () => Assert.AreEqual("blue:seed", await SeenAsync()));
            Assert.AreEqual("acme:seed", await SeenAsync());
        });

    [TestMethod]
    public Task Session_of_its_own_has_its_own()
        => Units.RequiredAsync(async () =>
        {
            Assert.AreEqual("acme:seed", await SeenAsync());
            Tenant = "blue";
            await using (var db = await Tx.NewSessionAsync(Shop))
            {
                Assert.AreEqual("blue", await TenantOfAsync(db));
                db.Add(new Order { Item = "blue:tea" });
                await db.CommitAsync();
                Assert.AreEqual(2, await db.Orders.CountAsync());
            }

            await Tx.NewAtomicSessionAsync(Shop, async db => Assert.AreEqual(2, await db.Orders.CountAsync()));
            Assert.AreEqual("acme:seed", await SeenAsync());
        });

    [TestMethod]
    public async Task Atomic_blocks_keep_them()
    {
        await Units.RequiredAsync(async () =>
        {
            await Tx.AtomicAsync(Shop, async _ => await InsertAsync("acme:tea", Shop), WhenInTransaction.Savepoint);
            await Assert.ThrowsAsync<OutOfStockException>(() => Tx.AtomicAsync(
                Shop, async _ => await InsertAndFailAsync("acme:milk", Shop), WhenInTransaction.Savepoint));
            Assert.AreEqual("acme:seed,acme:tea", await SeenAsync());
            await Tx.AtomicAsync(Shop, async _ => await InsertAsync("acme:salt", Shop), WhenInTransaction.Commit);
        });

        Assert.AreEqual("acme:salt,acme:seed,acme:tea,blue:seed", await Master.ItemsAsync());
    }

    [TestMethod]
    public Task Nested_call_that_fails_first_leaves_them()
        => Units.RequiredAsync(async () =>
        {
            await SwallowAsync(() => Units.NestedAsync(() => InsertAndFailAsync("acme:tea", Shop)));
            Assert.AreEqual("acme:seed", await SeenAsync());
            await SwallowAsync(() => Units.NestedAsync(() => InsertAndFailAsync("acme:tea", Shop)));
            Assert.AreEqual("acme:seed", await SeenAsync());
        });

    [TestMethod]
    public Task Savepoint_of_the_users_leaves_them()
        => Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Shop);
            await using var transaction = await db.Database.BeginTransactionAsync();
            await transaction.CreateSavepointAsync("before");
            await InsertAsync("acme:tea", Shop);
            await transaction.RollbackToSavepointAsync("before");
            db.ChangeTracker.Clear();
            Assert.AreEqual("acme:seed", await SeenAsync());
            await transaction.CommitAsync();
        });

    [TestMethod]
    public async Task Attempt_takes_them_anew()
    {
        var attempts = 0;

        await Units.RetryingAsync(async () =>
        {
            Tenant = ++attempts == 1 ? "acme" : "blue";
            Assert.AreEqual($"{Tenant}:seed", await SeenAsync());
            if (attempts == 1)
                await (await Tx.SessionAsync(Shop)).Database.ExecuteSqlRawAsync(
                    "DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$");
        });

        Assert.AreEqual(2, attempts);
    }

    [TestMethod]
    public async Task Interceptor_that_sees_commands_is_inside_them()
    {
        var seen = new SeeingInterceptor();
        await using var shop = CreateShop(options => options with
        {
            ConfigureSession = (builder, engine) =>
                builder.UseNpgsql(engine).UseModel(TestDatabase.Model).AddInterceptors(seen),
        });

        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("acme:tea", shop);
            Assert.AreEqual("acme:seed,acme:tea", await SeenAsync(shop));
        });

        Assert.AreEqual("acme,acme", string.Join(',', seen.Tenants));
    }

    private sealed class SeeingInterceptor : DbCommandInterceptor
    {
        public List<object?> Tenants { get; } = [];

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
        {
            await using var question = command.Connection!.CreateCommand();
            question.CommandText = "SELECT current_setting('app.tenant', true)";
            Tenants.Add(await question.ExecuteScalarAsync(cancellationToken));
            return result;
        }
    }
}

[TestClass]
public sealed class VariablesOnInterfaceProxyTests : VariableSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class VariablesOnClassProxyTests : VariableSpecification<ClassProxyEntry>;

[TestClass]
public sealed class VariablesOnCallTests : VariableSpecification<CallEntry>;

[TestClass]
public sealed class VariablesOnMiddlewareTests : VariableSpecification<MiddlewareEntry>;
