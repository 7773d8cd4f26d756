namespace TxAspects.Tests;

/// <summary>Rules that say which returned values mean failure, given for a process or container.</summary>
public abstract class ResultRuleSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestCleanup]
    public void ForgetProcessOptions() => Tx.Configure(new TxAspectsOptions());

    [TestMethod]
    public Task Rule_for_a_class_rolls_back()
        => AssertRollsBackAsync(options => options.RollbackWhen<Outcome>(one => one.IsFailure), new Outcome(isFailure: true));

    [TestMethod]
    public Task Rule_that_does_not_hold_commits()
        => AssertCommitsAsync(options => options.RollbackWhen<Outcome>(one => one.IsFailure), new Outcome());

    [TestMethod]
    public Task Value_without_a_rule_commits()
        => AssertCommitsAsync(options => options.RollbackWhen<DerivedOutcome>(one => one.IsFailure), new Outcome(isFailure: true));

    [TestMethod]
    public Task Rule_for_a_base_class_rolls_back()
        => AssertRollsBackAsync(options => options.RollbackWhen<Outcome>(one => one.IsFailure), new FarDerivedOutcome(isFailure: true));

    [TestMethod]
    public Task Rule_for_an_interface_rolls_back()
        => AssertRollsBackAsync(options => options.RollbackWhen<IOutcome>(one => one.IsFailure), new GenericOutcome<int>(isFailure: true));

    [TestMethod]
    public Task Rule_for_an_open_generic_rolls_back()
        => AssertRollsBackAsync(
            options => options.RollbackWhen(typeof(GenericOutcome<>), one => ((IOutcome)one).IsFailure),
                new GenericOutcome<string>(isFailure: true));

    [TestMethod]
    public Task Rule_for_an_open_generic_that_does_not_hold_commits()
        => AssertCommitsAsync(
            options => options.RollbackWhen(typeof(GenericOutcome<>), one => ((IOutcome)one).IsFailure), new GenericOutcome<string>());

    [TestMethod]
    public Task Rule_for_a_struct_rolls_back()
        => AssertRollsBackAsync(options => options.RollbackWhen<StructOutcome>(one => one.IsFailure), new StructOutcome(IsFailure: true));

    [TestMethod]
    public Task Null_commits_whatever_the_rules()
        => AssertCommitsAsync<Outcome?>(options => options.RollbackWhen<Outcome>(_ => true), null);

    [TestMethod]
    public Task Nearest_type_wins_when_it_is_given_first()
        => AssertCommitsAsync(
            options => options.RollbackWhen<DerivedOutcome>(_ => false).RollbackWhen<Outcome>(_ => true), new FarDerivedOutcome());

    [TestMethod]
    public Task Nearest_type_wins_when_it_is_given_last()
        => AssertRollsBackAsync(
            options => options.RollbackWhen<Outcome>(_ => false).RollbackWhen<DerivedOutcome>(_ => true), new FarDerivedOutcome());

    [TestMethod]
    public Task Class_is_nearer_than_its_interface()
        => AssertCommitsAsync(options => options.RollbackWhen<Outcome>(_ => false).RollbackWhen<IOutcome>(_ => true), new DerivedOutcome());

    [TestMethod]
    public Task Last_rule_for_the_same_type_replaces_earlier_ones()
        => AssertCommitsAsync(options => options.RollbackWhen<Outcome>(_ => true).RollbackWhen<Outcome>(_ => false), new Outcome());

    [TestMethod]
    public Task Rule_is_asked_before_the_value_itself()
        => AssertCommitsAsync(options => options.RollbackWhen<KnownResult>(_ => false), new KnownResult(IsFailure: true));

    [TestMethod]
    public async Task Failed_value_of_an_inner_call_does_not_roll_back()
    {
        var units = Configured(options => options.RollbackWhen<Outcome>(one => one.IsFailure));

        await units.RequiredAsync(async () =>
        {
            await units.RequiredAsync(async () =>
            {
                await InsertAsync("tea");
                return new Outcome(isFailure: true);
            });
        });

        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Rule_that_throws_rolls_back_and_leaves_nothing_open()
    {
        var units = Configured(options => options.RollbackWhen<Outcome>(_ => throw Failure));

        await SwallowAsync(() => units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            return new Outcome();
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    private static IUnits Configured(Func<TxAspectsOptions, TxAspectsOptions> configure)
        => ConfiguredUnits.Create<TEntry>(configure(new TxAspectsOptions()));

    private Task AssertCommitsAsync<T>(Func<TxAspectsOptions, TxAspectsOptions> configure, T result)
        => AssertCountAsync(1, configure, result);

    private Task AssertRollsBackAsync<T>(Func<TxAspectsOptions, TxAspectsOptions> configure, T result)
        => AssertCountAsync(0, configure, result);

    private async Task AssertCountAsync<T>(int expected, Func<TxAspectsOptions, TxAspectsOptions> configure, T result)
    {
        var returned = await Configured(configure).RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            return result;
        });

        Assert.AreEqual(result, returned);
        Assert.AreEqual(expected, await Master.CountAsync());
    }
}

[TestClass]
public sealed class ResultRuleOnInterfaceProxyTests : ResultRuleSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class ResultRuleOnClassProxyTests : ResultRuleSpecification<ClassProxyEntry>;

[TestClass]
[DoNotParallelize]
public sealed class ResultRuleOnCallTests : ResultRuleSpecification<CallEntry>;
