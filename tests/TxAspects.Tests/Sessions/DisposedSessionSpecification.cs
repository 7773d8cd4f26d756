using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>A session that user code disposes inside the unit is an error, and never a silent loss.</summary>
public abstract class DisposedSessionSpecification<TEntry> : SessionSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Session_in_a_using_is_an_error_that_names_the_remedy()
    {
        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await using var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "lost");
        }));

        StringAssert.Contains(doomed.Message, "using");
        StringAssert.Contains(doomed.Message, "'master'");
        Assert.AreEqual(0, await Master.CountAsync());
        Assert.AreEqual(0, Master.ConnectionsLeased);
    }

    [TestMethod]
    public async Task Synchronous_session_in_a_using_is_an_error()
    {
        Assert.ThrowsExactly<UnitOfWorkDoomedException>(() => Units.Required(() =>
        {
            using var db = Tx.Session(Connect);
            Save(db, "lost");
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Session_that_was_disposed_with_changes_pending_is_an_error()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await using var db = await Tx.SessionAsync(Connect);
            db.Orders.Add(new Order { Item = "lost" });
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Users_exception_wins_over_the_disposed_session()
    {
        await FailingUnitAsync(async () =>
        {
            await using var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "lost");
        });

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Disposed_context_that_serves_another_unit_by_now_is_left_alone_by_the_first_one()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            ShopContext disposed;
            await using (disposed = await Tx.SessionAsync(Connect))
                await SaveAsync(disposed, "lost");

            await Units.NewContextAsync(async () =>
            {
                Assert.AreSame(disposed, await Tx.SessionAsync(Connect));
                await InsertAsync("kept");
            });
        }));

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Disposed_session_is_not_given_again()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await using (var db = await Tx.SessionAsync(Connect))
                await SaveAsync(db, "lost");

            await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Tx.SessionAsync(Connect).AsTask());
            await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Tx.ConnectionAsync(Connect).AsTask());
            Assert.ThrowsExactly<UnitOfWorkDoomedException>(() => Tx.Session(Connect));
            Assert.ThrowsExactly<UnitOfWorkDoomedException>(() => Tx.DetachSession(Connect));
            Assert.IsNull(Tx.FindSession(Connect));
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public Task Closed_session_that_serves_another_unit_by_now_is_refused_to_the_first_one()
        => StaysOutAsync(_ => Tx.CloseAsync(Connect));

    [TestMethod]
    public async Task Disposed_session_that_serves_another_unit_by_now_is_refused_to_the_first_one()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => StaysOutAsync(db => db.DisposeAsync().AsTask()));

        Assert.AreEqual("mine", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Closing_the_disposed_session_starts_over()
    {
        await Units.RequiredAsync(async () =>
        {
            await using (var db = await Tx.SessionAsync(Connect))
                await SaveAsync(db, "lost");
            await Tx.CloseAsync(Connect);
            await InsertAsync("kept");
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
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
    public async Task Hand_made_context_that_was_disposed_inside_the_unit_is_an_error()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await using var mine = NewHandMadeContext();
            Tx.AttachSession(Connect, mine);
            await InsertAsync("lost");
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Users_exception_wins_over_the_disposed_hand_made_context()
    {
        await FailingUnitAsync(async () =>
        {
            await using var mine = NewHandMadeContext();
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
}

[TestClass]
public sealed class DisposedSessionOnInterfaceProxyTests : DisposedSessionSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class DisposedSessionOnClassProxyTests : DisposedSessionSpecification<ClassProxyEntry>;

[TestClass]
public sealed class DisposedSessionOnCallTests : DisposedSessionSpecification<CallEntry>;
