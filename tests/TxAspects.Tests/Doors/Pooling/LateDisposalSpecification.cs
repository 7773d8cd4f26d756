using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.Tests;

/// <summary>A pooled context is given back by its unit alone. Whoever else disposes it, at whatever time, harms nobody.</summary>
public abstract class LateDisposalSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    [DataRow(true, 1)]
    [DataRow(true, 3)]
    [DataRow(false, 1)]
    [DataRow(false, 3)]
    public async Task Disposed_in_its_unit_it_goes_on(bool async, int times)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "before");
            await DisposeAsync(db, async, times);
            Assert.AreSame(db, await Tx.SessionAsync(Connect));
            await SaveAsync(db, "after");
        });

        Assert.AreEqual("after,before", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(true, 1)]
    [DataRow(true, 3)]
    [DataRow(false, 1)]
    [DataRow(false, 3)]
    public async Task Disposed_after_its_unit_it_leaves_the_next_one_alone(bool async, int times)
    {
        DbContext? kept = null;
        await Units.RequiredAsync(async () => kept = await Tx.SessionAsync(Connect));

        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            Assert.AreSame(kept, db);
            db.Orders.Add(new Order { Item = "before" });
            await OutsideAsync(() => DisposeAsync(kept!, async, times));
            await SaveAsync(db, "after");
        });

        Assert.AreEqual("after,before", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Disposed_while_the_next_unit_commits_it_changes_nothing(bool async)
    {
        DbContext? kept = null;
        await Units.RequiredAsync(async () => kept = await Tx.SessionAsync(Connect));
        await using var gate = await CommitGate.CloseAsync(Master);

        var unit = Units.RequiredAsync(() => InsertAsync("mine"));
        await gate.WaitForCommitAsync();
        await OutsideAsync(() => DisposeAsync(kept!, async, times: 2));
        await gate.OpenAsync();
        await unit;

        Assert.AreEqual("mine", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Disposed_between_units_it_stays_in_the_pool(bool async)
    {
        DbContext? kept = null;
        await Units.RequiredAsync(async () => kept = await Tx.SessionAsync(Connect));
        await DisposeAsync(kept!, async, times: 2);

        for (var unit = 0; unit < 3; unit++)
        {
            await Units.RequiredAsync(async () =>
            {
                Assert.AreSame(kept, await Tx.SessionAsync(Connect));
                await InsertAsync("tea");
            });
        }

        Assert.AreEqual(3, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Two_units_never_get_one_context_however_often_it_was_disposed()
    {
        DbContext? kept = null;
        await Units.RequiredAsync(async () => kept = await Tx.SessionAsync(Connect));
        await DisposeAsync(kept!, async: true, times: 3);
        kept!.Dispose();

        await Units.RequiredAsync(async () =>
        {
            var outer = await Tx.SessionAsync(Connect);
            await Units.NewContextAsync(async () => Assert.AreNotSame(outer, await Tx.SessionAsync(Connect)));
        });
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Scope_of_a_container_that_ends_after_the_unit_harms_nobody(bool async)
    {
        var services = new ServiceCollection();
        services.AddScoped(_ => Tx.Session(Connect));
        await using var provider = services.BuildServiceProvider();
        var first = provider.CreateAsyncScope();
        await Units.RequiredAsync(async () => await first.ServiceProvider.GetRequiredService<ShopContext>().Orders.CountAsync());

        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("before");
            await OutsideAsync(async () =>
            {
                if (async)
                    await first.DisposeAsync();
                else
                    first.Dispose();
            });
            await using var second = provider.CreateAsyncScope();
            second.ServiceProvider.GetRequiredService<ShopContext>().Orders.Add(new Order { Item = "after" });
        });

        Assert.AreEqual("after,before", await Master.ItemsAsync());
    }

    [TestMethod]
    public void Synchronous_units_are_left_alone_too()
    {
        DbContext? kept = null;
        Units.Required(() => { kept = Tx.Session(Connect); });
        Units.Required(() =>
        {
            Insert("before");
            kept!.Dispose();
            Insert("after");
        });

        Assert.AreEqual("after,before", Master.ItemsAsync().GetAwaiter().GetResult());
    }

    private static async Task DisposeAsync(DbContext context, bool async, int times)
    {
        for (var time = 0; time < times; time++)
        {
            if (async)
                await context.DisposeAsync();
            else
                context.Dispose();
        }
    }

    /// <summary>Runs something in which nothing is ambient, as the end of a request's scope.</summary>
    private static Task OutsideAsync(Func<Task> body)
    {
        using (ExecutionContext.SuppressFlow())
            return Task.Run(body);
    }
}

[TestClass]
public sealed class LateDisposalOnInterfaceProxyTests : LateDisposalSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class LateDisposalOnClassProxyTests : LateDisposalSpecification<ClassProxyEntry>;

[TestClass]
public sealed class LateDisposalOnCallTests : LateDisposalSpecification<CallEntry>;
