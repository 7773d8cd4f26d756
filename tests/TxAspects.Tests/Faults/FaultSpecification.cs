using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>What suites about faults have in common.</summary>
public abstract class FaultSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    /// <summary>The unit that <see cref="WriteAsync"/> ran in last.</summary>
    protected ITxUnit? Unit { get; private set; }

    /// <summary>How often a body that begins with it ran.</summary>
    protected int Attempts { get; private set; }

    protected Task WriteAsync(string item, DbConnect<ShopContext>? connect = null) => WriteAsync(() => InsertAsync(item, connect));

    /// <summary>The same for another way to write.</summary>
    protected async Task WriteAsync(Func<Task> write)
    {
        Unit = Tx.Current;
        Attempts++;
        await write();
    }

    /// <summary>Ends the server's side of the session's connection, and returns when it is gone.</summary>
    protected async Task KillBackendAsync(TestDatabase? database = null)
    {
        database ??= Master;
        await database.KillAsync(await BackendAsync(database.Connect));
    }

    /// <summary>The server process of the unit's session.</summary>
    protected static async Task<int> BackendAsync(DbConnect<ShopContext> connect)
    {
        var db = await Tx.SessionAsync(connect);
        return (await db.Database.SqlQueryRaw<int>("SELECT pg_backend_pid() AS \"Value\"").ToListAsync()).Single();
    }

    protected async Task AssertNextWorksAsync()
    {
        await Units.RequiredAsync(() => InsertAsync("after"));
        Assert.AreEqual("after", await Master.ItemsAsync());
    }
}
