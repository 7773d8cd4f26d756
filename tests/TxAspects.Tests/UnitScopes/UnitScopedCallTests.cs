using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.Tests;

/// <summary>Whatever a member of an interface looks like, it reaches the target in the unit.</summary>
[TestClass]
public sealed class UnitScopedCallTests
{
    [TestMethod]
    public void Every_kind_of_member_reaches_the_target()
    {
        using var provider = Providers.Build(services => services.AddUnitScoped<IShapes, Shapes>());
        var shapes = provider.GetRequiredService<IShapes>();

        Tx.Run(() =>
        {
            shapes.Name = "tea";
            Assert.AreEqual("tea", shapes.Name);
            Assert.AreEqual("tea 1", shapes[1]);
            Assert.AreEqual("Int32 3", shapes.Generic(3));
            Assert.AreEqual("default tea", shapes.Default());
            Assert.AreEqual("base tea", shapes.OfBase());
            Assert.AreEqual("other tea", ((IOther)shapes).Other());

            var changed = 1;
            Assert.IsTrue(shapes.TryGet(ref changed, out var number, out var text, 5));
            Assert.AreEqual("2 7 tea 5", $"{changed} {number} {text}");

            var raised = 0;
            shapes.Changed += Count;
            shapes.Raise();
            shapes.Changed -= Count;
            shapes.Raise();
            Assert.AreEqual(1, raised);

            void Count(object? sender, EventArgs arguments) => raised++;
        });
    }

    [TestMethod]
    public async Task Every_kind_of_result_comes_back_from_a_unit()
    {
        using var provider = Providers.Build(services => services.AddUnitScoped<IResults, Results>());
        var results = provider.GetRequiredService<IResults>();

        Assert.AreEqual(1, results.Value());
        Assert.IsNull(results.Null());
        results.Nothing();
        Assert.AreEqual(2, await results.TaskOfAsync());
        await results.TaskAsync();
        Assert.AreEqual(3, await results.ValueTaskOfAsync());
        await results.ValueTaskAsync();
        Assert.AreEqual(7, results.Out(out var number));
        Assert.AreEqual(8, number);
        Assert.AreEqual("own", await Assert.ThrowsExactlyAsync<OutOfStockException>(results.FailAsync) is null ? "" : "own");
    }

    public interface IOther
    {
        string Other();
    }

    public interface IBaseShapes
    {
        string OfBase();
    }

    public interface IShapes : IBaseShapes
    {
        event EventHandler? Changed;

        string Name { get; set; }

        string this[int number] { get; }

        string Generic<T>(T value);

        bool TryGet(ref int changed, out int number, out string text, in int given);

        string Default() => $"default {Name}";

        void Raise();
    }

    [UnitOfWork]
    public interface IResults
    {
        int Value();

        string? Null();

        void Nothing();

        Task<int> TaskOfAsync();

        Task TaskAsync();

        ValueTask<int> ValueTaskOfAsync();

        ValueTask ValueTaskAsync();

        int Out(out int number);

        Task FailAsync();
    }

    public sealed class Shapes : IShapes, IOther
    {
        public event EventHandler? Changed;

        public string Name { get; set; } = "";

        public string this[int number] => $"{Name} {number}";

        public string Generic<T>(T value) => $"{typeof(T).Name} {value}";

        public bool TryGet(ref int changed, out int number, out string text, in int given)
        {
            changed++;
            number = 7;
            text = $"{Name} {given}";
            return true;
        }

        public void Raise() => Changed?.Invoke(this, EventArgs.Empty);

        public string OfBase() => $"base {Name}";

        public string Other() => $"other {Name}";
    }

    public sealed class Results : IResults
    {
        public int Value() => Tx.IsOpen ? 1 : 0;

        public string? Null() => null;

        public void Nothing() => Assert.IsTrue(Tx.IsOpen);

        public async Task<int> TaskOfAsync()
        {
            await Task.Yield();
            return Tx.IsOpen ? 2 : 0;
        }

        public async Task TaskAsync() => await Task.Yield();

        public async ValueTask<int> ValueTaskOfAsync()
        {
            await Task.Yield();
            return Tx.IsOpen ? 3 : 0;
        }

        public ValueTask ValueTaskAsync() => default;

        public int Out(out int number)
        {
            number = 8;
            return 7;
        }

        public Task FailAsync() => throw new OutOfStockException();
    }
}
