using Npgsql;

namespace TxAspects.Tests;

/// <summary>COPY, which PostgreSQL has for many rows, is in the same transaction as EF Core.</summary>
public abstract class CopySpecification<TEntry> : SessionSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Copied_rows_are_committed_with_the_unit()
    {
        await Units.RequiredAsync(async () =>
        {
            await CopyAsync("1", "2", "3");
            Assert.AreEqual(0, await Master.CountAsync());
        });

        Assert.AreEqual("1,2,3", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Copied_rows_are_rolled_back_with_the_unit()
    {
        await FailingUnitAsync(() => CopyAsync("1", "2", "3"));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    private async Task CopyAsync(params string[] items)
    {
        var connection = (NpgsqlConnection)await Tx.ConnectionAsync(Connect);
        await using var copy = await connection.BeginBinaryImportAsync("COPY orders (item, quantity) FROM STDIN (FORMAT BINARY)");
        foreach (var item in items)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(item);
            await copy.WriteAsync(1);
        }

        await copy.CompleteAsync();
    }
}

[TestClass]
public sealed class CopyOnInterfaceProxyTests : CopySpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class CopyOnClassProxyTests : CopySpecification<ClassProxyEntry>;

[TestClass]
public sealed class CopyOnCallTests : CopySpecification<CallEntry>;
