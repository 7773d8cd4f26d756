namespace TxAspects.Tests;

/// <summary>How a call relates to the unit around it, and what it does where there is none.</summary>
public abstract class PropagationSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public Task Required_opens_where_no_unit_is_open() => AssertOpensAsync(Units.RequiredAsync, "RequiredAsync");

    [TestMethod]
    public Task Required_joins_the_open_unit() => AssertJoinsAsync(Units.RequiredAsync);

    [TestMethod]
    public Task New_context_opens_where_no_unit_is_open() => AssertOpensAsync(Units.NewContextAsync, "NewContextAsync");

    [TestMethod]
    public Task New_context_opens_another_unit_inside_the_open_one()
        => Units.RequiredAsync(async () =>
        {
            var outer = Tx.Current!;

            await Units.NewContextAsync(() =>
            {
                Assert.AreNotEqual(outer.Id, Tx.Current!.Id);
                Assert.AreEqual(NameOf("NewContextAsync"), Tx.Current.Name);
                return Task.CompletedTask;
            });

            Assert.AreSame(outer, Tx.Current);
        });

    [TestMethod]
    public Task Nested_opens_where_no_unit_is_open() => AssertOpensAsync(Units.NestedAsync, "NestedAsync");

    [TestMethod]
    public Task Nested_runs_in_the_open_unit() => AssertJoinsAsync(Units.NestedAsync);

    [TestMethod]
    public async Task Mandatory_throws_where_no_unit_is_open()
    {
        var ran = false;

        var none = await Assert.ThrowsExactlyAsync<NoUnitOfWorkException>(() => Units.MandatoryAsync(() =>
        {
            ran = true;
            return Task.CompletedTask;
        }));

        Assert.AreEqual(NameOf("MandatoryAsync"), none.MethodName);
        Assert.IsFalse(ran);
    }

    [TestMethod]
    public Task Mandatory_joins_the_open_unit() => AssertJoinsAsync(Units.MandatoryAsync);

    [TestMethod]
    public Task Supports_runs_without_a_unit_where_none_is_open() => AssertRunsWithoutUnitAsync(Units.SupportsAsync);

    [TestMethod]
    public Task Supports_joins_the_open_unit() => AssertJoinsAsync(Units.SupportsAsync);

    [TestMethod]
    public async Task Supports_that_joined_dooms_when_it_fails()
    {
        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(
            () => Units.RequiredAsync(() => SwallowAsync(() => Units.SupportsAsync(() => throw Failure))));

        Assert.AreEqual(NameOf("SupportsAsync"), doomed.FailedIn);
    }

    [TestMethod]
    public Task Not_supported_runs_without_a_unit_where_none_is_open() => AssertRunsWithoutUnitAsync(Units.NotSupportedAsync);

    [TestMethod]
    public async Task Not_supported_hides_the_open_unit_and_restores_it()
    {
        await Units.RequiredAsync(async () =>
        {
            var unit = Tx.Current;
            await InsertAsync("outer");

            await AssertRunsWithoutUnitAsync(Units.NotSupportedAsync);

            Assert.AreSame(unit, Tx.Current);
            await InsertAsync("after");
        });

        Assert.AreEqual("after,outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Not_supported_that_fails_dooms_nothing()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await SwallowAsync(() => Units.NotSupportedAsync(() => throw Failure));
        });

        Assert.AreEqual("outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Required_inside_not_supported_opens_a_unit_of_its_own()
    {
        await SwallowAsync(() => Units.RequiredAsync(async () =>
        {
            await Units.NotSupportedAsync(() => Units.RequiredAsync(() => InsertAsync("own")));
            await InsertAndFailAsync("outer");
        }));

        Assert.AreEqual("own", await Master.ItemsAsync());
    }

    [TestMethod]
    public Task Never_runs_without_a_unit_where_none_is_open() => AssertRunsWithoutUnitAsync(Units.NeverAsync);

    [TestMethod]
    public async Task Never_refuses_an_open_unit_naming_both_and_dooms_nothing()
    {
        var ran = false;

        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            var open = await Assert.ThrowsExactlyAsync<UnitOfWorkOpenException>(() => Units.NeverAsync(() =>
            {
                ran = true;
                return Task.CompletedTask;
            }));
            Assert.AreEqual(NameOf("NeverAsync"), open.MethodName);
            Assert.AreEqual(NameOf("RequiredAsync"), open.UnitName);
        });

        Assert.IsFalse(ran);
        Assert.AreEqual("outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public Task Outermost_opens_where_no_unit_is_open() => AssertOpensAsync(Units.OutermostAsync, "OutermostAsync");

    [TestMethod]
    public async Task Outermost_refuses_an_open_unit_naming_both_and_dooms_nothing()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            var open = await Assert.ThrowsExactlyAsync<UnitOfWorkOpenException>(
                () => Units.OutermostAsync(() => throw new AssertFailedException("The body ran.")));
            Assert.AreEqual(NameOf("OutermostAsync"), open.MethodName);
            Assert.AreEqual(NameOf("RequiredAsync"), open.UnitName);
            StringAssert.Contains(open.Message, "Propagation.Outermost");
            StringAssert.Contains(open.Message, "[NewContext]");
        });

        Assert.AreEqual("outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public Task Outermost_opens_where_the_unit_is_hidden()
        => Units.RequiredAsync(() => Units.NotSupportedAsync(() => AssertOpensAsync(Units.OutermostAsync, "OutermostAsync")));

    [TestMethod]
    public async Task Outermost_is_durable_when_it_returns()
    {
        await Units.OutermostAsync(() => InsertAsync("durable"));

        Assert.AreEqual("durable", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Synchronous_outermost_opens_or_refuses()
    {
        Units.Outermost(() => Insert("durable"));
        Units.Required(() => Assert.ThrowsExactly<UnitOfWorkOpenException>(() => Units.Outermost(() => Assert.Fail("The body ran."))));

        Assert.AreEqual("durable", await Master.ItemsAsync());
    }

    [TestMethod]
    public void Synchronous_mandatory_throws_where_no_unit_is_open()
        => Assert.ThrowsExactly<NoUnitOfWorkException>(() => Units.Mandatory(() => Assert.Fail("The body ran.")));

    [TestMethod]
    public void Synchronous_calls_join_the_open_unit()
        => Units.Required(() =>
        {
            var unit = Tx.Current;
            foreach (var call in new Action<Action>[] { Units.Required, Units.Nested, Units.Mandatory, Units.Supports })
                call(() => Assert.AreSame(unit, Tx.Current));
            Assert.AreSame(unit, Tx.Current);
        });

    [TestMethod]
    public void Synchronous_calls_open_a_unit_where_none_is_open()
    {
        foreach (var call in new Action<Action>[] { Units.Required, Units.Nested, Units.NewContext })
        {
            var ran = false;
            call(() => ran = Tx.IsOpen);
            Assert.IsTrue(ran);
            Assert.IsFalse(Tx.IsOpen);
        }
    }

    [TestMethod]
    public void Synchronous_new_context_opens_another_unit_and_restores_the_outer_one()
        => Units.Required(() =>
        {
            var outer = Tx.Current;
            Units.NewContext(() => Assert.AreNotSame(outer, Tx.Current));
            Assert.AreSame(outer, Tx.Current);
        });

    [TestMethod]
    public void Synchronous_calls_run_without_a_unit_where_none_is_open()
    {
        foreach (var call in new Action<Action>[] { Units.Supports, Units.NotSupported, Units.Never })
        {
            var open = true;
            call(() => open = Tx.IsOpen);
            Assert.IsFalse(open);
        }
    }

    [TestMethod]
    public void Synchronous_not_supported_hides_the_open_unit_and_restores_it_after_a_throw()
        => Units.Required(() =>
        {
            var unit = Tx.Current;
            Swallow(() => Units.NotSupported(() =>
            {
                Assert.IsFalse(Tx.IsOpen);
                throw Failure;
            }));
            Assert.AreSame(unit, Tx.Current);
        });

    [TestMethod]
    public void Synchronous_never_refuses_an_open_unit()
        => Units.Required(() =>
        {
            var open = Assert.ThrowsExactly<UnitOfWorkOpenException>(() => Units.Never(() => Assert.Fail("The body ran.")));
            Assert.AreEqual(NameOf("Never"), open.MethodName);
        });

    private async Task AssertOpensAsync(Func<Func<Task>, Task> call, string method)
    {
        await call(() =>
        {
            Assert.AreEqual(NameOf(method), Tx.Current!.Name);
            return InsertAsync("tea");
        });

        Assert.IsFalse(Tx.IsOpen);
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    private async Task AssertJoinsAsync(Func<Func<Task>, Task> call)
    {
        await SwallowAsync(() => Units.RequiredAsync(async () =>
        {
            var unit = Tx.Current;
            await call(() =>
            {
                Assert.AreSame(unit, Tx.Current);
                return InsertAsync("tea");
            });
            Assert.AreSame(unit, Tx.Current);
            throw Failure;
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    private async Task AssertRunsWithoutUnitAsync(Func<Func<Task>, Task> call)
    {
        var ran = false;

        await call(async () =>
        {
            ran = true;
            Assert.IsFalse(Tx.IsOpen);
            Assert.IsNull(Tx.Current);
            await Assert.ThrowsExactlyAsync<NoUnitOfWorkException>(() => InsertAsync("tea"));
        });

        Assert.IsTrue(ran);
    }
}

[TestClass]
public sealed class PropagationOnInterfaceProxyTests : PropagationSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class PropagationOnClassProxyTests : PropagationSpecification<ClassProxyEntry>;

[TestClass]
public sealed class PropagationOnCallTests : PropagationSpecification<CallEntry>;
