using Dapper;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Tests;

/// <summary>
/// Values per transaction cost no round trip where the first command can carry them, and one elsewhere: counted on the wire.
/// </summary>
public abstract class VariableRoundTripSpecification<TEntry> : TenantSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public Task None_in_a_unit_without_commands() => AssertAsync(0, async shop => _ = await Tx.SessionAsync(shop));

    [TestMethod]
    public Task None_for_a_query() => AssertAsync(2, shop => SeenAsync(shop));

    [TestMethod]
    public Task None_for_a_save() => AssertAsync(2, shop => InsertAsync("acme:tea", shop));

    [TestMethod]
    public Task None_for_a_save_of_many_rows() => AssertAsync(2, async shop =>
    {
        var db = await Tx.SessionAsync(shop);
        db.AddRange(Enumerable.Range(0, 20).Select(number => new Order { Item = $"acme:{number}" }));
        await db.SaveChangesAsync();
    });

    [TestMethod]
    public Task None_for_a_flush_at_the_end() => AssertAsync(2, shop => AddAsync(new Order { Item = "acme:tea" }, shop));

    [TestMethod]
    public Task None_for_a_save_at_a_higher_isolation_level()
        => AssertAsync(2, shop => InsertAsync("acme:tea", shop), Units.SerializableAsync);

    [TestMethod]
    public Task One_for_a_transaction_that_user_code_begins() => AssertAsync(3, async shop =>
    {
        var db = await Tx.SessionAsync(shop);
        await using var transaction = await db.Database.BeginTransactionAsync();
        await InsertAsync("acme:tea", shop);
        await transaction.CommitAsync();
    });

    [TestMethod]
    public Task None_for_a_read_only_unit() => AssertAsync(2, shop => SeenAsync(shop), Units.ReadOnlyAsync);

    [TestMethod]
    public Task None_for_a_nested_call_that_comes_first()
        => AssertAsync(2, shop => Units.NestedAsync(() => InsertAsync("acme:tea", shop)));

    [TestMethod]
    public Task None_for_an_update_in_the_database() => AssertAsync(2, async shop =>
        await (await Tx.SessionAsync(shop)).Orders.ExecuteUpdateAsync(set => set.SetProperty(order => order.Quantity, 7)));

    [TestMethod]
    public Task None_for_SQL_text() => AssertAsync(2, async shop =>
        await (await Tx.SessionAsync(shop)).Database.ExecuteSqlAsync($"UPDATE orders SET quantity = {5}"));

    [TestMethod]
    public Task None_for_starting_over_after_a_first_save_that_failed() => AssertAsync(2 + 2, async shop =>
    {
        var db = await Tx.SessionAsync(shop);
        db.Orders.Add(new Order { Item = "acme:bad", Quantity = -1 });
        await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync());
        db.ChangeTracker.Clear();
        await InsertAsync("acme:tea", shop);
    });

    [TestMethod]
    public Task One_for_raw_commands()
        => AssertAsync(3, async shop => await (await Tx.ConnectionAsync(shop)).ExecuteAsync("SELECT 1"));

    [TestMethod]
    public Task None_where_an_interceptor_sees_saves_only()
        => AssertAsync(2, shop => InsertAsync("acme:tea", shop), interceptor: new SavingInterceptor());

    [TestMethod]
    public Task One_where_an_interceptor_sees_commands()
        => AssertAsync(3, shop => InsertAsync("acme:tea", shop), interceptor: new CommandingInterceptor());

    [TestMethod]
    public void None_synchronously()
    {
        using var shop = CreateThrough(out var proxy);
        Units.Required(() => Tx.Session(shop).Orders.Count());
        var before = proxy.RoundTrips;

        Units.Required(() =>
        {
            var db = Tx.Session(shop);
            db.Add(new Order { Item = "acme:tea" });
            db.SaveChanges();
        });
        Units.Required(() => Tx.Session(shop).Orders.Count());

        Assert.AreEqual(4, proxy.RoundTrips - before);
        proxy.DisposeAsync().AsTask().Wait();
    }

    private async Task AssertAsync(
        int expected, Func<DbConnect<ShopContext>, Task> body, Func<Func<Task>, Task>? unit = null, IInterceptor? interceptor = null)
    {
        await using var shop = CreateThrough(out var proxy, interceptor);
        await using var counting = proxy;
        await Units.RequiredAsync(() => SeenAsync(shop));
        await Units.RequiredAsync(() => SeenAsync(shop));
        var before = proxy.RoundTrips;

        await (unit ?? Units.RequiredAsync)(() => body(shop));

        Assert.AreEqual(expected, proxy.RoundTrips - before);
    }

    private DbConnect<ShopContext> CreateThrough(out FaultProxy proxy, IInterceptor? interceptor = null)
    {
        var made = proxy = FaultProxy.ForCounting(Master);
        return Master.Create(
            commitsWithSave: false,
            with: options => options with
            {
                Variables = SetTenant,
                UnitNameOnServer = true,
                DeadlineOnServer = true,
                ConfigureContext = builder => builder.AddInterceptors(interceptor is null ? [] : [interceptor]),
            },
            configure: settings => (settings.Host, settings.Port) = ("127.0.0.1", made.Port));
    }

    private sealed class SavingInterceptor : SaveChangesInterceptor;

    private sealed class CommandingInterceptor : DbCommandInterceptor;
}

[TestClass]
public sealed class VariableRoundTripsOnInterfaceProxyTests : VariableRoundTripSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class VariableRoundTripsOnClassProxyTests : VariableRoundTripSpecification<ClassProxyEntry>;

[TestClass]
public sealed class VariableRoundTripsOnCallTests : VariableRoundTripSpecification<CallEntry>;
