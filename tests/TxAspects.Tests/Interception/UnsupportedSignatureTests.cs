using System.Collections;
using System.Runtime.CompilerServices;
using Autofac;

namespace TxAspects.Tests;

/// <summary>Methods whose signature no interceptor can serve are refused when the container is built.</summary>
[TestClass]
public sealed class UnsupportedSignatureTests
{
    private const string Lazy = "which would run after the unit's end. Return a list, or IAsyncEnumerable<T>.";
    private const string Awaitable = "whose end is not known. Return Task, ValueTask or IAsyncEnumerable<T>.";
    private const string Reference = "returns a reference or a by-ref struct, which an interceptor cannot pass on. Return a value.";
    private const string Parameter = "takes a by-ref struct, which an interceptor cannot pass on. Take an array or a Memory<T>.";

    [TestMethod]
    [DataRow(nameof(Unsupported.Iterator), $"returns the lazy 'IEnumerable<Int32>', {Lazy}")]
    [DataRow(nameof(Unsupported.UntypedIterator), $"returns the lazy 'IEnumerable', {Lazy}")]
    [DataRow(nameof(Unsupported.Enumerator), $"returns the lazy 'IEnumerator<Int32>', {Lazy}")]
    [DataRow(nameof(Unsupported.UntypedEnumerator), $"returns the lazy 'IEnumerator', {Lazy}")]
    [DataRow(nameof(Unsupported.Queryable), $"returns the lazy 'IQueryable<Int32>', {Lazy}")]
    [DataRow(nameof(Unsupported.OrderedQueryable), $"returns the lazy 'IOrderedQueryable<Int32>', {Lazy}")]
    [DataRow(nameof(Unsupported.UntypedQueryable), $"returns the lazy 'IQueryable', {Lazy}")]
    [DataRow(nameof(Unsupported.QueryableInTaskAsync), $"returns the lazy 'Task<IQueryable<Int32>>', {Lazy}")]
    [DataRow(nameof(Unsupported.StreamInTaskAsync), $"returns the lazy 'Task<IAsyncEnumerable<Int32>>', {Lazy}")]
    [DataRow(nameof(Unsupported.StreamInValueTaskAsync), $"returns the lazy 'ValueTask<IAsyncEnumerable<Int32>>', {Lazy}")]
    [DataRow(nameof(Unsupported.AsyncEnumerator), $"returns the lazy 'IAsyncEnumerator<Int32>', {Lazy}")]
    [DataRow(nameof(Unsupported.OwnAwaitable), $"returns 'Awaited', {Awaitable}")]
    [DataRow(nameof(Unsupported.Configured), $"returns 'ConfiguredTaskAwaitable', {Awaitable}")]
    [DataRow(nameof(Unsupported.Yielded), $"returns 'YieldAwaitable', {Awaitable}")]
    [DataRow(nameof(Unsupported.AsyncVoid), "is async void, so it returns before its work is done. Return Task.")]
    [DataRow(nameof(Unsupported.Reference), Reference)]
    [DataRow(nameof(Unsupported.Span), Reference)]
    [DataRow(nameof(Unsupported.TakesSpan), Parameter)]
    [DataRow(nameof(Unsupported.TakesRefReadOnlySpan), Parameter)]
    public void Method_is_refused(string method, string reason)
    {
        var findings = FindingsOf(builder => builder.RegisterType<Unsupported>().EnableUnitOfWork().AsSelf());

        CollectionAssert.Contains(findings, $"'Unsupported.{method}' is marked [UnitOfWork] but {reason}");
    }

    [TestMethod]
    public void Nothing_else_is_refused()
    {
        var findings = FindingsOf(builder => builder.RegisterType<Unsupported>().EnableUnitOfWork().AsSelf());

        Assert.HasCount(19, findings);
        using var container = Containers.Build(builder => builder.RegisterType<Supported>().EnableUnitOfWork());
        Assert.HasCount(1, container.Resolve<Supported>().Numbers());
    }

    [TestMethod]
    public void Class_that_is_a_sequence_itself_is_refused_by_interface()
        => CollectionAssert.AreEqual(
            new[]
            {
                $"'Sequence.GetEnumerator' is marked [UnitOfWork] but returns the lazy 'IEnumerator<Int32>', {Lazy}",
                $"'Sequence.GetEnumerator' is marked [UnitOfWork] but returns the lazy 'IEnumerator', {Lazy}",
            },
            FindingsOf(builder => builder.RegisterType<Sequence>().As<IEnumerable<int>>()));

    private static string[] FindingsOf(Action<ContainerBuilder> register)
        => [.. Assert.ThrowsExactly<TxAspectsConfigurationException>(() => Containers.Build(register)).Findings];

    [UnitOfWork]
    public class Unsupported
    {
        private int _number;

#pragma warning disable TXA007 // what is refused here
        public virtual IEnumerable<int> Iterator()
        {
            yield return 1;
        }

        public virtual IEnumerable UntypedIterator()
        {
            yield return 1;
        }
#pragma warning restore TXA007

        public virtual IEnumerator<int> Enumerator() => new List<int>().GetEnumerator();

        public virtual IEnumerator UntypedEnumerator() => new List<int>().GetEnumerator();

        public virtual IQueryable<int> Queryable() => Array.Empty<int>().AsQueryable();

        public virtual IOrderedQueryable<int> OrderedQueryable() => Queryable().Order();

        public virtual IQueryable UntypedQueryable() => Queryable();

        public virtual Task<IQueryable<int>> QueryableInTaskAsync() => Task.FromResult(Queryable());

        public virtual Task<IAsyncEnumerable<int>> StreamInTaskAsync() => Task.FromResult(AsyncEnumerable.Empty<int>());

        public virtual ValueTask<IAsyncEnumerable<int>> StreamInValueTaskAsync() => new(AsyncEnumerable.Empty<int>());

        public virtual IAsyncEnumerator<int> AsyncEnumerator() => AsyncEnumerable.Empty<int>().GetAsyncEnumerator();

        public virtual Awaited OwnAwaitable() => new();

        public virtual ConfiguredTaskAwaitable Configured() => Task.CompletedTask.ConfigureAwait(false);

        public virtual YieldAwaitable Yielded() => Task.Yield();

        public virtual async void AsyncVoid() => await Task.Yield();

        public virtual ref int Reference() => ref _number;

        public virtual Span<int> Span() => default;

        public virtual void TakesSpan(Span<int> span) => span.Clear();

        public virtual void TakesRefReadOnlySpan(ref ReadOnlySpan<char> span) => span = default;
    }

    public sealed class Awaited
    {
        public TaskAwaiter GetAwaiter() => Task.CompletedTask.GetAwaiter();
    }

    /// <summary>What looks like the above and is none.</summary>
    [UnitOfWork]
    public class Supported
    {
        public virtual List<int> Numbers() => [1];

        public virtual int[] Array() => [1];

        public virtual IReadOnlyList<int> ReadOnlyList() => [1];

        public virtual IEnumerable<int> MayBeList() => [1];

        public virtual IEnumerable UntypedMayBeList() => new List<int>();

        public virtual Task<IEnumerable<int>> EnumerableInTaskAsync() => Task.FromResult(Enumerable.Empty<int>());

        public virtual IAsyncEnumerable<int> StreamAsync() => AsyncEnumerable.Empty<int>();

        public virtual string Text() => "";

        public virtual void TakesMemory(Memory<int> memory) => memory.Span.Clear();
    }

    [UnitOfWork]
    public sealed class Sequence : IEnumerable<int>
    {
        public IEnumerator<int> GetEnumerator() => new List<int>().GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
