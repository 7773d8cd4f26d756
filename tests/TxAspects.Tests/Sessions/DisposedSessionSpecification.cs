namespace TxAspects.Tests;

/// <summary>
/// A session belongs to its unit, whose pool alone gives it back. Whoever disposes it harms nobody: not the unit, not the one that has the
/// context by then.
/// </summary>
public abstract class DisposedSessionSpecification<TEntry> : SessionSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Session_in_a_using_goes_on_and_is_committed()
    {
        await Units.RequiredAsync(async () =>
        {
            await using (var db = await Tx.SessionAsync(Connect))
                await SaveAsync(db, "1");
            await InsertAsync("2");
        });

        Assert.AreEqual("1,2", await Master.ItemsAsync());
        Assert.AreEqual(0, Master.ConnectionsLeased);
    }

    [TestMethod]
    public async Task Synchronous_session_in_a_using_goes_on_and_is_committed()
    {
        Units.Required(() =>
        {
            using (var db = Tx.Session(Connect))
                Save(db, "1");
            Insert("2");
        });

        Assert.AreEqual("1,2", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Changes_pending_when_it_was_disposed_are_saved()
    {
        await Units.RequiredAsync(async () =>
        {
            await using var db = await Tx.SessionAsync(Connect);
            db.Orders.Add(new Order { Item = "tea" });
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Failing_unit_rolls_it_back_as_ever()
    {
        await FailingUnitAsync(async () =>
        {
            await using var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "lost");
        });

        Assert.AreEqual(0, await Master.CountAsync());
        Assert.AreEqual(0, Master.ConnectionsLeased);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Context_that_is_disposed_after_its_unit_harms_nobody(bool asynchronously)
    {
        ShopContext kept = null!;
        await Units.RequiredAsync(async () => kept = await Tx.SessionAsync(Connect));

        await Units.RequiredAsync(async () =>
        {
            Assert.AreSame(kept, await Tx.SessionAsync(Connect));
            await InsertAsync("1");
            await DisposeAsync(kept, asynchronously);
            await InsertAsync("2");
        });
        await DisposeAsync(kept, asynchronously);
        await DisposeAsync(kept, asynchronously);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(number => Units.NewContextAsync(() => InsertAsync("3"))));

        Assert.AreEqual("1,2,3,3,3,3,3", await Master.ItemsAsync());
        Assert.AreEqual(0, Master.ConnectionsLeased);
    }

    [TestMethod]
    public Task Closed_session_that_serves_another_unit_by_now_is_refused_to_the_first_one()
        => StaysOutAsync(_ => Tx.CloseAsync(Connect));

    [TestMethod]
    public async Task Context_that_is_not_pooled_is_an_error_where_it_was_disposed_inside_the_unit()
    {
        await using var unpooled = Master.Create(options => new DbConnectOptions<ShopContext>
        {
            Name = options.Name,
            Host = options.Host,
            Driver = options.Driver,
            CreateEngine = options.CreateEngine,
            ConfigureSession = options.ConfigureSession,
            CreateSession = given => new ShopContext(given),
        });

        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await using (var db = await Tx.SessionAsync(unpooled))
                await SaveAsync(db, "lost");
            await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Tx.SessionAsync(unpooled).AsTask());
        }));

        StringAssert.Contains(doomed.Message, "using");
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Attached_session_that_was_disposed_inside_the_unit_is_an_error()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await using var mine = await Tx.NewSessionAsync(Connect);
            Tx.AttachSession(Connect, mine);
            await InsertAsync("lost");
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Users_exception_wins_over_the_disposed_session()
    {
        await FailingUnitAsync(async () =>
        {
            await using var mine = await Tx.NewSessionAsync(Connect);
            Tx.AttachSession(Connect, mine);
            await InsertAsync("lost");
        });

        Assert.AreEqual(0, await Master.CountAsync());
    }

    /// <summary>A unit lets go of its session and goes on using it, while another unit has it.</summary>
    private async Task StaysOutAsync(Func<ShopContext, Task> letGo)
    {
        await Units.RequiredAsync(async () =>
        {
            var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var former = await Tx.SessionAsync(Connect);
            await letGo(former);
            var late = LateAsync(former, gate.Task);

            await Units.NewContextAsync(async () =>
            {
                Assert.AreSame(former, await Tx.SessionAsync(Connect));
                gate.SetResult();
                var refused = await Assert.ThrowsExactlyAsync<SessionException>(() => late);
                StringAssert.Contains(refused.Message, "Tx.SessionAsync");
                await InsertAsync("mine");
            });
        });

        Assert.AreEqual("mine", await Master.ItemsAsync());
    }

    private static async Task LateAsync(ShopContext former, Task gate)
    {
        await gate;
        await SaveAsync(former, "late");
    }

    private static async Task DisposeAsync(ShopContext context, bool asynchronously)
    {
        if (asynchronously)
            await context.DisposeAsync();
        else
            context.Dispose();
    }
}

[TestClass]
public sealed class DisposedSessionOnInterfaceProxyTests : DisposedSessionSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class DisposedSessionOnClassProxyTests : DisposedSessionSpecification<ClassProxyEntry>;

[TestClass]
public sealed class DisposedSessionOnCallTests : DisposedSessionSpecification<CallEntry>;
