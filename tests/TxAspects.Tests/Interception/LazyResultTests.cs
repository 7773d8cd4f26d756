using System.Collections;
using System.Collections.Frozen;
using System.Collections.Immutable;
using Autofac;

namespace TxAspects.Tests;

/// <summary>Of a method that is declared to return IEnumerable only the value tells whether it is lazy.</summary>
[TestClass]
public sealed class LazyResultTests : DatabaseTests
{
    private static readonly Dictionary<string, IEnumerable<int>?> Lists = new()
    {
        ["null"] = null,
        ["array"] = new[] { 1 },
        ["List"] = new List<int> { 1 },
        ["HashSet"] = new HashSet<int> { 1 },
        ["Queue"] = new Queue<int>([1]),
        ["ImmutableArray"] = ImmutableArray.Create(1),
        ["FrozenSet"] = FrozenSet.ToFrozenSet([1]),
        ["Keys"] = new Dictionary<int, int> { [1] = 1 }.Keys,
        ["AsReadOnly"] = new List<int> { 1 }.AsReadOnly(),
        ["collection expression"] = [1, 2],
        ["Empty"] = Enumerable.Empty<int>(),
    };

    private static readonly Dictionary<string, IEnumerable<int>> LazyOnes = new()
    {
        ["Where"] = new[] { 1 }.Where(one => one > 0),
        ["Select"] = new List<int> { 1 }.Select(one => one),
        ["iterator"] = Iterate(),
        ["query"] = new[] { 1 }.AsQueryable(),
    };

    public static IEnumerable<object[]> ListNames => Lists.Keys.Select(name => new object[] { name });

    public static IEnumerable<object[]> LazyNames => LazyOnes.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(ListNames))]
    public async Task List_reaches_the_caller_as_it_is(string name)
    {
        var list = Lists[name];
        await AssertInEveryEntryAsync(async numbers =>
        {
            Assert.AreSame(list, numbers.Get(() => list!));
            Assert.AreSame(list, numbers.GetUntyped(() => list!));
            Assert.AreSame(list, await numbers.GetAsync(() => Task.FromResult(list!)));
            Assert.AreSame(list, await numbers.GetValueAsync(() => Task.FromResult(list!)));
        });
    }

    [TestMethod]
    [DynamicData(nameof(LazyNames))]
    public async Task Lazy_value_is_refused_and_the_unit_rolls_back(string name)
    {
        var lazy = LazyOnes[name];
        await AssertInEveryEntryAsync(async numbers =>
        {
            var refused = Assert.ThrowsExactly<LazyResultException>(() => numbers.Get(() =>
            {
                Insert("lost");
                return lazy;
            }));

            StringAssert.EndsWith(refused.MethodName, ".Get");
            Assert.ThrowsExactly<LazyResultException>(() => numbers.GetUntyped(() => lazy));
            Assert.AreEqual(0, await Master.CountAsync());
        });
    }

    [TestMethod]
    public async Task Lookup_and_text_have_their_elements()
    {
        var lookup = new[] { 1, 2, 3 }.ToLookup(one => one % 2);
        await AssertInEveryEntryAsync(numbers =>
        {
            Assert.AreSame(lookup, numbers.GetUntyped(() => lookup));
            Assert.AreEqual("tea", numbers.GetUntyped(() => "tea"));
            return Task.CompletedTask;
        });
    }

    [TestMethod]
    public Task In_a_task_a_query_is_refused()
        => AssertInEveryEntryAsync(async numbers =>
        {
            async Task<IEnumerable<int>> QueryAsync()
            {
                await InsertAsync("lost");
                return (await Tx.SessionAsync(Connect)).Orders.Select(order => order.Id);
            }

            var refused = await Assert.ThrowsExactlyAsync<LazyResultException>(() => numbers.GetAsync(QueryAsync));
            await Assert.ThrowsExactlyAsync<LazyResultException>(async () => await numbers.GetValueAsync(QueryAsync));

            StringAssert.Contains(refused.Message, "Return a list");
            Assert.AreEqual(0, await Master.CountAsync());
        });

    [TestMethod]
    public Task In_a_task_rows_in_memory_may_be_mapped()
        => AssertInEveryEntryAsync(async numbers =>
        {
            var mapped = new List<int> { 1 }.Select(one => one + 1);

            Assert.AreSame(mapped, await numbers.GetAsync(() => Task.FromResult(mapped)));
            Assert.AreSame(mapped, await numbers.GetValueAsync(() => Task.FromResult(mapped)));
        });

    private static IEnumerable<int> Iterate()
    {
        yield return 1;
    }

    private static async Task AssertInEveryEntryAsync(Func<INumbers, Task> assert)
    {
        using var byInterface = Containers.Build(builder => builder.RegisterType<Numbers>().As<INumbers>());
        using var byClass = Containers.Build(builder => builder.RegisterType<Numbers>().EnableUnitOfWork());
        await assert(byInterface.Resolve<INumbers>());
        await assert(byClass.Resolve<Numbers>());
    }

    public interface INumbers
    {
        IEnumerable<int> Get(Func<IEnumerable<int>> body);

        IEnumerable GetUntyped(Func<IEnumerable> body);

        Task<IEnumerable<int>> GetAsync(Func<Task<IEnumerable<int>>> body);

        ValueTask<IEnumerable<int>> GetValueAsync(Func<Task<IEnumerable<int>>> body);
    }

    [UnitOfWork]
    public class Numbers : INumbers
    {
        public virtual IEnumerable<int> Get(Func<IEnumerable<int>> body) => body();

        public virtual IEnumerable GetUntyped(Func<IEnumerable> body) => body();

        public virtual Task<IEnumerable<int>> GetAsync(Func<Task<IEnumerable<int>>> body) => body();

        public virtual ValueTask<IEnumerable<int>> GetValueAsync(Func<Task<IEnumerable<int>>> body) => new(body());
    }
}
