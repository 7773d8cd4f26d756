using System.Transactions;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>
/// What user code has begun on the unit's connection past EF Core, and has not ended when the unit ends: nothing is committed, the caller
/// learns of it, and the connection serves the next unit.
/// </summary>
public abstract class OpenRawWorkSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    public enum Work
    {
        Reader,
        BinaryImport,
        TextImport,
        RawImport,
        BinaryExport,
        TextExport,
    }

    public static IEnumerable<object[]> Works
        => from work in Enum.GetValues<Work>() from async in new[] { true, false } select new object[] { work, async };

    [TestMethod]
    [DynamicData(nameof(Works))]
    public async Task Unit_that_would_commit_fails(Work work, bool async)
    {
        var connect = OneConnection();
        ITxUnit? unit = null;

        var failure = await RunAsync(async, connect, fails: false, work, () => unit = Tx.Current);

        Assert.IsNotNull(failure);
        Assert.IsInstanceOfType<TxAspectsException>(failure, $"{failure}");
        await AssertNothingIsLeftAsync(connect, unit!);
    }

    [TestMethod]
    [DynamicData(nameof(Works))]
    public async Task Unit_that_fails_rolls_back(Work work, bool async)
    {
        var connect = OneConnection();
        ITxUnit? unit = null;

        var failure = await RunAsync(async, connect, fails: true, work, () => unit = Tx.Current);

        Assert.IsInstanceOfType<UnitFailure>(failure, $"{failure}");
        await AssertNothingIsLeftAsync(connect, unit!);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Scope_of_System_Transactions_that_outlives_the_unit_changes_nothing(bool completes)
    {
        var connect = OneConnection();
        TransactionScope? scope = null;
        await Units.RequiredAsync(async () =>
        {
            await SaveAsync(await Tx.SessionAsync(connect), "tea");
            scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);
        });
        Assert.AreEqual("tea", await Master.ItemsAsync());
        if (completes)
            scope!.Complete();
        scope!.Dispose();

        await Units.RequiredAsync(async () => await SaveAsync(await Tx.SessionAsync(connect), "next"));
        Assert.AreEqual("next,tea", await Master.ItemsAsync());
    }

    private DbConnect<ShopContext> OneConnection()
        => Keep(new DbConnect<ShopContext>(OptionsFor<ShopContext>(settings: settings => settings.MaxPoolSize = 1)));

    private async Task<Exception?> RunAsync(bool async, DbConnect<ShopContext> connect, bool fails, Work work, Action entered)
    {
        try
        {
            if (async)
                await Units.RequiredAsync(async () => await LeaveOpenAsync(await Tx.SessionAsync(connect)));
            else
                Units.Required(() => LeaveOpenAsync(Tx.Session(connect)).GetAwaiter().GetResult());
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }

        async Task LeaveOpenAsync(ShopContext db)
        {
            entered();
            await SaveAsync(db, "a");
            await BeginAsync(work, (NpgsqlConnection)await Tx.ConnectionAsync(connect));
            if (fails)
                throw new UnitFailure();
        }
    }

    private static async Task BeginAsync(Work work, NpgsqlConnection connection)
    {
        const string To = "COPY orders (item, quantity) FROM STDIN";
        const string From = "COPY (SELECT item FROM orders, generate_series(1, 10000)) TO STDOUT";
        switch (work)
        {
            case Work.Reader:
                var command = new NpgsqlCommand("SELECT item FROM orders, generate_series(1, 10000)", connection);
                await (await command.ExecuteReaderAsync()).ReadAsync();
                break;
            case Work.BinaryImport:
                var import = await connection.BeginBinaryImportAsync(To + " (FORMAT BINARY)");
                await import.WriteRowAsync(default, "copied", 1);
                break;
            case Work.TextImport:
                await (await connection.BeginTextImportAsync(To)).WriteAsync("copied\t1\n");
                break;
            case Work.RawImport:
                await connection.BeginRawBinaryCopyAsync(To + " (FORMAT BINARY)");
                break;
            case Work.BinaryExport:
                await (await connection.BeginBinaryExportAsync(From + " (FORMAT BINARY)")).StartRowAsync();
                break;
            default:
                await (await connection.BeginTextExportAsync(From)).ReadLineAsync();
                break;
        }
    }

    private async Task AssertNothingIsLeftAsync(DbConnect<ShopContext> connect, ITxUnit unit)
    {
        Assert.AreEqual(UnitOfWorkState.RolledBack, unit.State);
        Assert.AreEqual("", await Master.ItemsAsync());
        await Units.RequiredAsync(async () => await SaveAsync(await Tx.SessionAsync(connect), "next"));
        Assert.AreEqual("next", await Master.ItemsAsync());
    }
}

[TestClass]
public sealed class OpenRawWorkOnInterfaceProxyTests : OpenRawWorkSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class OpenRawWorkOnClassProxyTests : OpenRawWorkSpecification<ClassProxyEntry>;

[TestClass]
public sealed class OpenRawWorkOnCallTests : OpenRawWorkSpecification<CallEntry>;
