using Npgsql;

namespace TxAspects.Tests;

/// <summary>The observer that is told of every unit when it opens.</summary>
public abstract class OpenedSpecification<TEntry> : DatabaseTests
    where TEntry : Entry, new()
{
    private readonly List<string> _told = [];

    [TestCleanup]
    public void ForgetProcessOptions() => Tx.Configure(new TxAspectsOptions());

    [TestMethod]
    public async Task Unit_is_told_before_its_body_and_is_ambient()
    {
        var units = Create(unit =>
        {
            Assert.AreSame(unit, Tx.Current);
            unit.Items["told"] = true;
            _told.Add("opened");
        });

        await units.RequiredAsync(() =>
        {
            _told.Add($"{Tx.Current!.Items["told"]}");
            return Task.CompletedTask;
        });
        units.Required(() => _told.Add($"{Tx.Current!.Items["told"]}"));

        Assert.AreEqual("opened, True, opened, True", string.Join(", ", _told));
        Assert.IsFalse(Tx.IsOpen);
    }

    [TestMethod]
    public async Task Hooks_that_it_adds_run_in_every_unit()
    {
        var units = Create(unit =>
        {
            if (!unit.IsSynchronous)
                Tx.OnCommitting(() => InsertAsync("event"));
            Tx.OnCommitted(() => _told.Add("committed"));
            Tx.OnRolledBack(() => _told.Add("rolled back"));
        });

        await units.RequiredAsync(() => InsertAsync("order"));
        await Assert.ThrowsExactlyAsync<UnitFailure>(() => units.RequiredAsync(async () =>
        {
            await InsertAsync("lost");
            throw new UnitFailure();
        }));
        units.Required(() => Insert("synchronous"));

        Assert.AreEqual("committed, rolled back, committed", string.Join(", ", _told));
        Assert.AreEqual("event,order,synchronous", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Calls_that_join_or_nest_are_not_told_and_a_new_context_is()
    {
        var units = Create(unit => _told.Add(unit.Around is null ? "outer" : "inner"));

        await units.RequiredAsync(async () =>
        {
            await units.RequiredAsync(() => Task.CompletedTask);
            await units.NestedAsync(() => Task.CompletedTask);
            await units.NewContextAsync(() => Task.CompletedTask);
        });

        Assert.AreEqual("outer, inner", string.Join(", ", _told));
    }

    [TestMethod]
    public async Task Its_throw_ends_the_unit_and_reaches_the_caller()
    {
        var thrown = new UnitFailure();
        var units = Create(_ =>
        {
            Insert("lost");
            throw thrown;
        });

        var pending = units.RequiredAsync(() => throw new AssertFailedException("The body ran."));
        Assert.AreSame(thrown, await Assert.ThrowsExactlyAsync<UnitFailure>(() => pending));
        Assert.AreSame(thrown, Assert.ThrowsExactly<UnitFailure>(() => units.Required(() => Assert.Fail("The body ran."))));

        Assert.IsFalse(Tx.IsOpen);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Units_that_it_opens_itself_are_not_told()
    {
        IUnits? units = null;
        units = Create(unit =>
        {
            _told.Add(unit.Name);
            units!.NewContext(() => Insert("audit"));
        });

        await units.RequiredAsync(() => Task.CompletedTask);

        Assert.HasCount(1, _told);
        Assert.AreEqual("audit", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Each_attempt_is_told()
    {
        var units = Create(unit => _told.Add($"{unit.Attempt}"));
        var attempts = 0;

        await units.RetryingAsync(() => ++attempts == 1 ? throw new NpgsqlException("lost", new TimeoutException()) : Task.CompletedTask);

        Assert.AreEqual("1, 2", string.Join(", ", _told));
    }

    private static IUnits Create(Action<ITxUnit> observer) => ConfiguredUnits.Create<TEntry>(new TxAspectsOptions { OnOpened = observer });
}

[TestClass]
[DoNotParallelize]
public sealed class OpenedOnInterfaceProxyTests : OpenedSpecification<InterfaceProxyEntry>;

[TestClass]
[DoNotParallelize]
public sealed class OpenedOnClassProxyTests : OpenedSpecification<ClassProxyEntry>;

[TestClass]
[DoNotParallelize]
public sealed class OpenedOnCallTests : OpenedSpecification<CallEntry>;
