using Autofac;

namespace TxAspects.Tests;

/// <summary>Parameters and results pass through a proxy unchanged.</summary>
public abstract class SignatureSpecification(Action<ContainerBuilder> register) : DatabaseTests
{
    private IContainer? _container;

    private ISignatures Signatures => (_container ??= Containers.Build(register)).Resolve<ISignatures>();

    [TestCleanup]
    public void DisposeContainer() => _container?.Dispose();

    [TestMethod]
    public void Value_type_is_returned()
    {
        var value = Guid.NewGuid();

        Assert.AreEqual(value, Signatures.ValueType(value));
    }

    [TestMethod]
    public async Task Null_is_returned_by_every_kind_that_can()
    {
        Assert.IsNull(Signatures.Nothing());
        Assert.IsNull(Signatures.NoText());
        Assert.IsNull(await Signatures.NoTextAsync());
        Assert.IsNull(await Signatures.NoTextInValueTaskAsync());
    }

    [TestMethod]
    public async Task Generic_method_is_a_unit_for_every_type_argument()
    {
        Assert.AreEqual(3, Signatures.Get(3));
        Assert.AreEqual("tea", Signatures.Get("tea"));
        Assert.AreEqual(3, await Signatures.GetAsync(3));
        Assert.AreEqual("tea", await Signatures.GetAsync("tea"));
        CollectionAssert.AreEqual(new[] { 3 }, await Signatures.StreamAsync(3).ToListAsync());
        CollectionAssert.AreEqual(new[] { "tea" }, await Signatures.StreamAsync("tea").ToListAsync());
    }

    [TestMethod]
    public async Task Generic_method_whose_result_is_a_task_at_the_call_is_awaited_before_the_commit()
    {
        var gate = new TaskCompletionSource();

        var pending = Signatures.Get(gate.Task);

        Assert.IsFalse(pending.IsCompleted);
        gate.SetResult();
        await pending;
    }

    [TestMethod]
    public void Out_ref_and_in_parameters_reach_the_body_and_the_caller()
    {
        var log = "parsed ";

        var insideUnit = Signatures.TryParse("21", out var number, ref log, 2);

        Assert.IsTrue(insideUnit);
        Assert.AreEqual(42, number);
        Assert.AreEqual("parsed 21", log);
    }

    [TestMethod]
    public async Task Cancellation_token_reaches_the_body()
    {
        using var source = new CancellationTokenSource();

        Assert.AreEqual(source.Token, await Signatures.TokenAsync(source.Token));
        Assert.AreEqual(CancellationToken.None, await Signatures.TokenAsync());
    }

    [TestMethod]
    public async Task Default_and_params_parameters_keep_their_values()
    {
        Assert.AreEqual("a5c", await Signatures.DefaultsAsync("a"));
        Assert.AreEqual("a6d", await Signatures.DefaultsAsync("a", 6, "d"));
        Assert.AreEqual(6, await Signatures.ManyAsync(1, 2, 3));
    }

    [TestMethod]
    public async Task Method_that_throws_before_its_first_await_returns_a_faulted_task()
    {
        var thrown = new InvalidOperationException();

        var call = Signatures.ThrowBeforeAwaitAsync(thrown);

        Assert.AreSame(thrown, await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => call));
        Assert.IsTrue(call.IsFaulted);
    }

    [TestMethod]
    public async Task Cancellation_before_the_first_await_gives_a_cancelled_task()
    {
        var call = Signatures.ThrowBeforeAwaitAsync(new OperationCanceledException());

        await Assert.ThrowsExactlyAsync<OperationCanceledException>(() => call);
        Assert.IsTrue(call.IsCanceled);
    }

    [TestMethod]
    public async Task Null_in_place_of_a_task_fails_and_rolls_back()
    {
        await Assert.ThrowsAsync<Exception>(() => Signatures.NullTaskAsync(() => Insert("tea")));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Value_task_of_a_source_is_awaited_once()
    {
        var source = new CountingSource();

        var pending = Signatures.FromSourceAsync(source);
        Assert.IsFalse(pending.IsCompleted);
        source.SetResult(9);

        Assert.AreEqual(9, await pending);
        Assert.AreEqual(1, source.ResultsTaken);
    }
}

[TestClass]
public sealed class SignatureOnInterfaceProxyTests() : SignatureSpecification(
    builder => builder.RegisterType<ProxiedSignatures>().As<ISignatures>());

[TestClass]
public sealed class SignatureOnClassProxyTests()
    : SignatureSpecification(builder => builder.RegisterType<SubclassedSignatures>().EnableUnitOfWork().AsSelf().As<ISignatures>());
