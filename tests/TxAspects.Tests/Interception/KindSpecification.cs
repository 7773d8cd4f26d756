using Autofac;

namespace TxAspects.Tests;

/// <summary>Every return kind: the outcome, and what is ambient for the caller.</summary>
public abstract class KindSpecification(Action<ContainerBuilder> register) : DatabaseTests
{
    private readonly AsyncLocal<string?> _own = new();
    private IContainer? _container;

    private IKinds Kinds => (_container ??= Containers.Build(register)).Resolve<IKinds>();

    public static IEnumerable<object[]> SynchronousKinds => Tests.Kinds.Synchronous.Select(kind => new object[] { kind });

    public static IEnumerable<object[]> AsynchronousKinds => Tests.Kinds.Asynchronous.Select(kind => new object[] { kind });

    public static IEnumerable<object[]> AsynchronousKindsThatYieldOrNot
        => Tests.Kinds.Asynchronous.SelectMany(kind => new[] { new object[] { kind, false }, [kind, true] });

    [TestCleanup]
    public void DisposeContainer() => _container?.Dispose();

    [TestMethod]
    [DynamicData(nameof(SynchronousKinds))]
    public async Task Synchronous_call_that_returns_commits(Kind kind)
    {
        Kinds.Call(kind, () => Insert("tea"));

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(SynchronousKinds))]
    public async Task Synchronous_call_that_throws_rolls_back(Kind kind)
    {
        var thrown = new InvalidOperationException();

        var caught = Assert.ThrowsExactly<InvalidOperationException>(() => Kinds.Call(kind, () =>
        {
            Insert("tea");
            throw thrown;
        }));

        Assert.AreSame(thrown, caught);
        Assert.AreEqual("", await Master.ItemsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(AsynchronousKindsThatYieldOrNot))]
    public async Task Call_that_returns_commits(Kind kind, bool yields)
    {
        await Kinds.CallAsync(kind, () => WorkAsync(yields));

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(AsynchronousKindsThatYieldOrNot))]
    public async Task Call_that_throws_rolls_back(Kind kind, bool yields)
    {
        var thrown = new InvalidOperationException();

        var caught = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Kinds.CallAsync(kind, async () =>
        {
            await WorkAsync(yields);
            throw thrown;
        }));

        Assert.AreSame(thrown, caught);
        Assert.AreEqual("", await Master.ItemsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(SynchronousKinds))]
    public void Hooks_of_a_synchronous_call_run_around_its_end(Kind kind)
    {
        var ran = new List<string>();

        Kinds.Call(kind, () => AddHooks(ran));
        Assert.ThrowsExactly<InvalidOperationException>(() => Kinds.Call(kind, () =>
        {
            AddHooks(ran);
            throw new InvalidOperationException();
        }));

        Assert.AreEqual("committing True, committed False, rolled back False", string.Join(", ", ran));
    }

    [TestMethod]
    [DynamicData(nameof(AsynchronousKindsThatYieldOrNot))]
    public async Task Hooks_run_around_the_end(Kind kind, bool yields)
    {
        var ran = new List<string>();

        await Kinds.CallAsync(kind, () =>
        {
            AddHooks(ran);
            return WorkAsync(yields);
        });
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Kinds.CallAsync(kind, async () =>
        {
            AddHooks(ran);
            await WorkAsync(yields);
            throw new InvalidOperationException();
        }));

        Assert.AreEqual("committing True, committed False, rolled back False", string.Join(", ", ran));
    }

    [TestMethod]
    [DynamicData(nameof(AsynchronousKinds))]
    public async Task Body_that_completes_at_once_makes_a_call_that_completes_at_once(Kind kind)
    {
        var call = Kinds.CallAsync(kind, () =>
        {
            Insert("tea");
            return Task.CompletedTask;
        });

        // The commit alone may still be on its way, and it never runs on the caller's ambient state.
        Assert.IsFalse(Tx.IsOpen);
        await call;
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(AsynchronousKinds))]
    public async Task Nothing_is_ambient_for_the_caller_while_the_call_is_pending_and_after_it(Kind kind)
    {
        var gate = new TaskCompletionSource();
        var openInside = false;

        var pending = Kinds.CallAsync(kind, async () =>
        {
            await InsertAsync("tea");
            await gate.Task;
            openInside = Tx.IsOpen;
        });

        Assert.IsFalse(pending.IsCompleted);
        Assert.IsFalse(Tx.IsOpen);
        var continuation = pending.ContinueWith(_ => Tx.IsOpen, TaskContinuationOptions.ExecuteSynchronously);
        gate.SetResult();
        await pending;
        Assert.IsFalse(Tx.IsOpen);
        Assert.IsFalse(await continuation);
        Assert.IsTrue(openInside);
    }

    [TestMethod]
    [DynamicData(nameof(AsynchronousKinds))]
    public async Task Caller_in_a_unit_of_its_own_sees_that_one_while_a_new_context_is_pending(Kind kind)
    {
        await Tx.RunAsync(async () =>
        {
            var outer = Tx.Current;
            var gate = new TaskCompletionSource();
            ITxUnit? inner = null;
            var pending = Tx.RunInNewContextAsync(() => Kinds.CallAsync(kind, () =>
            {
                inner = Tx.Current;
                return gate.Task;
            }));

            Assert.AreSame(outer, Tx.Current);
            gate.SetResult();
            await pending;
            Assert.AreSame(outer, Tx.Current);
            Assert.AreNotSame(outer, inner);
        });
    }

    [TestMethod]
    [DynamicData(nameof(AsynchronousKinds))]
    public async Task Callers_own_ambient_state_reaches_the_body_and_what_the_body_changes_stays_there(Kind kind)
    {
        _own.Value = "caller's";
        string? seen = null;

        var pending = Kinds.CallAsync(kind, () =>
        {
            seen = _own.Value;
            _own.Value = "body's";
            return Task.CompletedTask;
        });

        Assert.AreEqual("caller's", _own.Value);
        await pending;
        Assert.AreEqual("caller's", _own.Value);
        Assert.AreEqual("caller's", seen);
    }

    [TestMethod]
    [DynamicData(nameof(SynchronousKinds))]
    public void Ambient_state_that_a_synchronous_body_sets_reaches_its_caller(Kind kind)
    {
        Kinds.Call(kind, () => _own.Value = "body's");

        Assert.AreEqual("body's", _own.Value);
        Assert.IsFalse(Tx.IsOpen);
    }

    [TestMethod]
    [DynamicData(nameof(SynchronousKinds))]
    public void Nothing_is_ambient_after_a_synchronous_body_threw(Kind kind)
    {
        Assert.ThrowsExactly<OperationCanceledException>(() => Kinds.Call(kind, () => throw new OperationCanceledException()));

        Assert.IsFalse(Tx.IsOpen);
    }

    private static void AddHooks(List<string> ran)
    {
        Tx.OnCommitting(() => ran.Add($"committing {Tx.IsOpen}"));
        Tx.OnCommitted(() => ran.Add($"committed {Tx.IsOpen}"));
        Tx.OnRolledBack(() => ran.Add($"rolled back {Tx.IsOpen}"));
    }

    private async Task WorkAsync(bool yields)
    {
        if (yields)
        {
            await Task.Yield();
            await InsertAsync("tea");
        }
        else
        {
            Insert("tea");
        }
    }
}

[TestClass]
public sealed class KindOnInterfaceProxyTests() : KindSpecification(builder => builder.RegisterType<ProxiedKinds>().As<IKinds>());

[TestClass]
public sealed class KindOnClassProxyTests() : KindSpecification(
    builder => builder.RegisterType<SubclassedKinds>().EnableUnitOfWork().AsSelf().As<IKinds>());
