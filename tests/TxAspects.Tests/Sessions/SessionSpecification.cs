using Dapper;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>A suite about sessions that every entry is held to.</summary>
public abstract class SessionSpecification<TEntry> : EntrySpecification<TEntry>
    where TEntry : Entry, new()
{
    protected const string InsertSql = "INSERT INTO orders (item, quantity) VALUES (@item, 1)";

    /// <summary>Adds and saves a row in a session in hand.</summary>
    protected static async Task SaveAsync(ShopContext db, string item)
    {
        db.Orders.Add(new Order { Item = item });
        await db.SaveChangesAsync();
    }

    /// <inheritdoc cref="SaveAsync"/>
    protected static void Save(ShopContext db, string item)
    {
        db.Orders.Add(new Order { Item = item });
        db.SaveChanges();
    }

    /// <summary>Tells the physical connection behind the session's.</summary>
    protected static Task<int> BackendAsync(DbContext db)
        => TestDatabase.BackendAsync(db);

    /// <summary>Adds a row by Dapper, over the connection of the unit's session.</summary>
    protected async Task InsertByDapperAsync(string item)
        => await (await Tx.ConnectionAsync(Connect)).ExecuteAsync(InsertSql, new { item });

    /// <summary>Runs a body in a unit that fails afterwards.</summary>
    protected Task FailingUnitAsync(Func<Task> body)
        => Assert.ThrowsExactlyAsync<UnitFailure>(() => Units.RequiredAsync(async () =>
        {
            await body();
            throw new UnitFailure();
        }));

    /// <inheritdoc cref="FailingUnitAsync"/>
    protected void FailingUnit(Action body)
        => Assert.ThrowsExactly<UnitFailure>(() => Units.Required(() =>
        {
            body();
            throw new UnitFailure();
        }));

    /// <summary>A context that no connect made.</summary>
    protected ShopContext NewHandMadeContext() => Master.NewHandMadeContext();
}

/// <summary>What a test throws to make a unit or a block fail.</summary>
public sealed class UnitFailure() : Exception("The test let it fail.");
