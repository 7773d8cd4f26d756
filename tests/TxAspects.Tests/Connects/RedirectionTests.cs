using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using TxAspects.Sessions;

namespace TxAspects.Tests;

/// <summary>Sessions that go elsewhere for a while.</summary>
[TestClass]
public sealed class RedirectionTests : DatabaseTests
{
    [TestMethod]
    public async Task New_sessions_go_to_the_latest_redirection_that_applies()
    {
        var archive = await CreateArchiveAsync();
        var applies = true;
        using (Connect.Redirect(new ToDatabase(archive)))
        using (Connect.Redirect(new ToDatabase(Master, () => applies)))
        {
            await Tx.RunAsync(() => InsertAsync("here"));
            applies = false;
            await Tx.RunAsync(() => InsertAsync("there"));
        }

        await Tx.RunAsync(() => InsertAsync("here again"));

        Assert.AreEqual("here,here again", await Master.ItemsAsync());
        Assert.AreEqual("there", await archive.ItemsAsync());
    }

    [TestMethod]
    public async Task Session_that_is_open_stays_where_it_is_and_keeps_its_engine()
    {
        var archive = await CreateArchiveAsync();
        var redirection = Connect.Redirect(new ToDatabase(archive));
        await Tx.RunAsync(async () =>
        {
            await InsertAsync("there");
            redirection.Dispose();
            redirection.Dispose();
            await InsertAsync("there too");
            await Tx.RunInNewContextAsync(() => InsertAsync("here"));
        });

        Assert.AreEqual("here", await Master.ItemsAsync());
        Assert.AreEqual("there,there too", await archive.ItemsAsync());
    }

    [TestMethod]
    public async Task Redirection_without_an_engine_of_its_own_uses_the_connects_and_leaves_it()
    {
        var seen = new ToDatabase(source: null);
        using (Connect.Redirect(seen))
            await Tx.RunAsync(() => InsertAsync("a"));
        await Tx.RunAsync(() => InsertAsync("b"));

        Assert.AreEqual("a,b", await Master.ItemsAsync());
        Assert.AreEqual(1, seen.Contexts);
    }

    [TestMethod]
    public async Task Redirection_learns_what_is_given_up_on_purpose()
    {
        var seen = new ToDatabase(source: null);
        using (Connect.Redirect(seen))
        {
            await Tx.RunAsync(() => Tx.RollbackAllAsync());
            await Tx.RunAsync(async () =>
            {
                await InsertAsync("a");
                await Tx.RollbackAllAsync();
            });
            await Assert.ThrowsExactlyAsync<OutOfStockException>(
                () => Tx.NewAtomicSessionAsync(Connect, _ => throw new OutOfStockException()));
            Assert.ThrowsExactly<OutOfStockException>(() => Tx.NewAtomicSession(Connect, _ => throw new OutOfStockException()));
        }

        Assert.AreEqual(3, seen.RolledBackCount);
    }

    [TestMethod]
    public async Task Unit_knows_the_one_around_it()
        => await Tx.RunAsync(async () =>
        {
            var outer = Tx.Current;
            Assert.IsNull(outer!.Around);
            await Tx.RunInNewContextAsync(() =>
            {
                Assert.AreSame(outer, Tx.Current!.Around);
                return Task.CompletedTask;
            });
        });

    private sealed class ToDatabase(TestDatabase? source, Func<bool>? applies = null) : SessionRedirection
    {
        public int Contexts { get; private set; }

        public int RolledBackCount { get; private set; }

        protected override bool AppliesHere => applies?.Invoke() ?? true;

        protected override DbDataSource? CreateEngine() => source?.CreateEngine(source.Connect.Host!);

        protected override void Prepare(DbContext context) => Contexts++;

        protected override void RolledBack(DbContext context) => RolledBackCount++;
    }
}
