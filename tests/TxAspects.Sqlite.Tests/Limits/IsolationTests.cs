using System.Data;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>The one isolation level there is may be asked for; others are refused before anything is sent.</summary>
[TestClass]
public sealed class IsolationTests : DatabaseTests
{
    [TestMethod]
    [DataRow(IsolationLevel.ReadUncommitted)]
    [DataRow(IsolationLevel.ReadCommitted)]
    [DataRow(IsolationLevel.RepeatableRead)]
    [DataRow(IsolationLevel.Snapshot)]
    public async Task Unit_that_asks_for_a_level_that_is_not_there_is_refused_in_words(IsolationLevel level)
    {
        var options = new UnitOfWorkOptions { Name = "stock", IsolationLevel = level };

        var atSave = await Assert.ThrowsExactlyAsync<SessionException>(() => Tx.RunAsync(() => InsertAsync("tea"), options));
        var atQuery = Assert.ThrowsExactly<SessionException>(() => Tx.Run(() => Tx.Session(Connect).Orders.Count(), options));

        Assert.AreEqual(
            $"The unit of work 'stock' asks for the isolation level {level}, which the database of 'master' does not have. " +
            "Ask for one that it has, or for none.",
            atSave.Message);
        Assert.AreEqual(atSave.Message, atQuery.Message);
        Assert.AreEqual(0, Master.ConnectionsOpened);
    }

    [TestMethod]
    public async Task Level_that_is_asked_for_by_EF_Cores_own_method_is_refused_too_and_the_unit_goes_on()
    {
        await Tx.RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await Assert.ThrowsExactlyAsync<SessionException>(() => db.Database.BeginTransactionAsync(IsolationLevel.Snapshot));
            Assert.ThrowsExactly<SessionException>(() => db.Database.BeginTransaction(IsolationLevel.ReadCommitted));
            await InsertAsync("tea");
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Session_outside_units_is_refused_as_well()
    {
        await using var db = await Tx.NewSessionAsync(Connect);

        await Assert.ThrowsExactlyAsync<SessionException>(() => db.Database.BeginTransactionAsync(IsolationLevel.Snapshot));

        Assert.AreEqual(0, await db.Orders.CountAsync());
        await db.RollbackAsync();
    }
}
