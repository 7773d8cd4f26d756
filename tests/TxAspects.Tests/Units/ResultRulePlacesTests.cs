using Autofac;

namespace TxAspects.Tests;

/// <summary>Where a rule for results can be given, and which place wins.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ResultRulePlacesTests : DatabaseTests
{
    [TestCleanup]
    public void ForgetProcessOptions() => Tx.Configure(new TxAspectsOptions());

    [TestMethod]
    public async Task Rule_in_the_module_counts_for_its_components()
    {
        using var container = Containers.Build(
            builder => builder.RegisterType<ProxiedUnits>().As<IUnits>(),
            options => options.RollbackWhen<Outcome>(one => one.IsFailure));

        await container.Resolve<IUnits>().RequiredAsync(FailAsync);

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Rule_in_the_module_counts_for_calls_as_well()
    {
        using var container = Containers.Build(_ => { }, options => options.RollbackWhen<Outcome>(one => one.IsFailure));

        await Tx.RunAsync(FailAsync);

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Rule_of_the_process_counts_for_calls()
    {
        Tx.Configure(new TxAspectsOptions().RollbackWhen<Outcome>(one => one.IsFailure));

        await Tx.RunAsync(FailAsync);

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Last_configuration_of_the_process_wins()
    {
        Tx.Configure(new TxAspectsOptions().RollbackWhen<Outcome>(one => one.IsFailure));
        Tx.Configure(new TxAspectsOptions());

        await Tx.RunAsync(FailAsync);

        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Rule_of_the_unit_counts()
    {
        await Tx.RunAsync(FailAsync, new UnitOfWorkOptions().RollbackWhen<Outcome>(one => one.IsFailure));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Rule_of_the_unit_counts_for_synchronous_calls()
    {
        var returned = Tx.Run(Fail, new UnitOfWorkOptions().RollbackWhen<Outcome>(one => one.IsFailure));

        Assert.IsTrue(returned.IsFailure);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Rule_of_the_unit_for_an_open_generic_counts()
    {
        await Tx.RunAsync(
            async () =>
            {
                await InsertAsync("tea");
                return new GenericOutcome<int>(isFailure: true);
            },
            new UnitOfWorkOptions().RollbackWhen(typeof(GenericOutcome<>), one => ((IOutcome)one).IsFailure));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Rule_of_the_unit_is_asked_before_that_of_the_process()
    {
        Tx.Configure(new TxAspectsOptions().RollbackWhen<Outcome>(_ => true));

        await Tx.RunAsync(FailAsync, new UnitOfWorkOptions().RollbackWhen<Outcome>(_ => false));

        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Rule_of_an_inner_call_that_joined_is_not_asked()
    {
        await Tx.RunAsync(async () =>
        {
            await Tx.RunAsync(FailAsync, new UnitOfWorkOptions().RollbackWhen<Outcome>(_ => true));
        });

        Assert.AreEqual(1, await Master.CountAsync());
    }

    private async Task<Outcome> FailAsync()
    {
        await InsertAsync("tea");
        return new Outcome(isFailure: true);
    }

    private Outcome Fail()
    {
        Insert("tea");
        return new Outcome(isFailure: true);
    }
}
