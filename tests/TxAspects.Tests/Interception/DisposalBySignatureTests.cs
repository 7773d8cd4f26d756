using Autofac;
using TxAspects.Interception;

namespace TxAspects.Tests;

/// <summary>Disposal is what IDisposable and IAsyncDisposable declare, not what has such a name.</summary>
[TestClass]
public sealed class DisposalBySignatureTests
{
    [TestMethod]
    public async Task Method_that_only_has_the_name_is_a_unit()
    {
        await using var container = Containers.Build(builder => builder.RegisterType<Waste>().As<IWaste>());
        var waste = container.Resolve<IWaste>();

        Assert.IsTrue(await waste.DisposeAsync(7));
        Assert.IsTrue(waste.Dispose("paper"));
        Assert.IsTrue(waste.Dispose());
    }

    [TestMethod]
    public async Task Method_that_only_has_the_name_is_a_unit_of_a_class_proxy_too()
    {
        await using var container = Containers.Build(builder => builder.RegisterType<Waste>().EnableUnitOfWork().AsSelf());
        var waste = container.Resolve<Waste>();

        Assert.IsTrue(await waste.DisposeAsync(7));
        Assert.IsTrue(waste.Dispose("paper"));
        Assert.IsTrue(waste.Dispose());
    }

    [TestMethod]
    public void What_implements_disposal_under_another_name_of_an_interface_is_no_unit()
    {
        using var container = Containers.Build(builder => builder.RegisterType<Closing>().As<IClosing>());
        var closing = container.Resolve<IClosing>();

        closing.Dispose();
        ((IDisposable)closing).Dispose();

        CollectionAssert.AreEqual(new[] { false, false }, Closing.Open);
        Assert.IsEmpty(container.DescribePlan().Methods);
    }

    [TestMethod]
    public void Method_beside_an_explicit_disposal_is_a_unit_though_it_has_its_signature()
    {
        using var container = Containers.Build(builder => builder.RegisterType<Apart>().As<IApart>());
        var apart = container.Resolve<IApart>();

        apart.Dispose();
        ((IDisposable)apart).Dispose();

        CollectionAssert.AreEqual(new[] { "own True", "disposal False" }, Apart.Ran);
    }

    [TestMethod]
    public void Members_that_the_compiler_makes_for_a_record_are_nobodys_units()
    {
        var plan = UnitOfWorkProxies.DescribePlan([(typeof(Receipt), [typeof(Receipt)]), (typeof(Receipt), [typeof(IReceipt)])]);
        using var container = Containers.Build(builder =>
        {
            builder.RegisterInstance("paper");
            builder.RegisterType<Receipt>().EnableUnitOfWork().AsSelf();
            builder.RegisterType<Receipt>().As<IReceipt>();
        });

        Assert.AreEqual("Print", string.Join(", ", plan.Methods.Select(one => one.Method.Name)));
        Assert.IsTrue(container.Resolve<Receipt>().Print());
        Assert.IsTrue(container.Resolve<IReceipt>().Print());
        Assert.AreEqual(container.Resolve<Receipt>() with { Text = "other" }, new Receipt("other"));
    }

    public interface IWaste
    {
        Task<bool> DisposeAsync(int wasteId);

        bool Dispose(string what);

        bool Dispose();
    }

    [UnitOfWork]
    public class Waste : IWaste
    {
        public virtual Task<bool> DisposeAsync(int wasteId) => Task.FromResult(Tx.IsOpen);

        public virtual bool Dispose(string what) => Tx.IsOpen;

        public virtual bool Dispose() => Tx.IsOpen;
    }

    public interface IClosing
    {
        void Dispose();
    }

    [UnitOfWork]
    public sealed class Closing : IClosing, IDisposable
    {
        public static List<bool> Open { get; } = [];

        public void Dispose() => Open.Add(Tx.IsOpen);
    }

    public interface IApart : IDisposable
    {
        new void Dispose();
    }

    [UnitOfWork]
    public sealed class Apart : IApart
    {
        public static List<string> Ran { get; } = [];

        public void Dispose() => Ran.Add($"own {Tx.IsOpen}");

        void IDisposable.Dispose()
        {
            if (Ran.Count < 2)
                Ran.Add($"disposal {Tx.IsOpen}");
        }
    }

    public interface IReceipt
    {
        bool Print();
    }

    [UnitOfWork]
    public record Receipt(string Text) : IReceipt
    {
        public virtual bool Print() => Tx.IsOpen;
    }
}
