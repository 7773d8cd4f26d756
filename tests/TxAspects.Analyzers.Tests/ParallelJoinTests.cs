using TxAspects.Analyzers.Rules;

namespace TxAspects.Analyzers.Tests;

/// <summary>TXA005 in the shapes in which branches are written.</summary>
[TestClass]
public sealed class ParallelJoinTests
{
    [TestMethod]
    public Task Branches_behind_a_variable_a_list_or_a_method_group_are_found() => Verify.AsyncOf<ParallelJoinAnalyzer>("""
        public interface IStock { [UnitOfWork] Task ReserveAsync(int item); [UnitOfWork] Task<int> CountAsync(int item); }

        public class Orders(IStock stock)
        {
            [UnitOfWork]
            public async Task PlaceAsync(int[] items)
            {
                var tasks = items.Select(item => stock.ReserveAsync(item));
                await {|TXA005:Task.WhenAll(tasks)|};
                await {|TXA005:Task.WhenAll(items.Select(item => stock.ReserveAsync(item)).ToList())|};
                await {|TXA005:Task.WhenAll(items.Where(item => item > 0).Select(stock.ReserveAsync).ToArray())|};
                await {|TXA005:Task.WhenAll(items.Select(async item => { return await stock.CountAsync(item).ConfigureAwait(false); }))|};
                await {|TXA005:Task.WhenAll([stock.ReserveAsync(1), stock.ReserveAsync(2)])|}.ConfigureAwait(false);
            }
        }
        """);

    [TestMethod]
    public Task Branches_whose_implementation_has_units_of_its_own_are_left_alone() => Verify.AsyncOf<ParallelJoinAnalyzer>("""
        [UnitOfWork]
        public interface IOnClass { Task ReserveAsync(int item); }

        [NewContext]
        public class OnClass : IOnClass { public Task ReserveAsync(int item) => Task.CompletedTask; }

        public interface IOnMethod { [UnitOfWork] Task ReserveAsync(int item); }

        public class OnMethod : IOnMethod { [NewContext] Task IOnMethod.ReserveAsync(int item) => Task.CompletedTask; }

        [UnitOfWork]
        public interface IGeneric<T> { Task SaveAsync(T item); }

        [NewContext]
        public class Generic<T> : IGeneric<T> { public Task SaveAsync(T item) => Task.CompletedTask; }

        [UnitOfWork]
        public interface IJoined { Task ReserveAsync(int item); }

        public class Joined : IJoined { public Task ReserveAsync(int item) => Task.CompletedTask; }

        public class Orders(IOnClass one, IOnMethod two, IGeneric<int> three, IJoined four)
        {
            [UnitOfWork]
            public async Task PlaceAsync(int[] items)
            {
                await Task.WhenAll(items.Select(item => one.ReserveAsync(item)));
                await Task.WhenAll(items.Select(item => two.ReserveAsync(item)));
                await Task.WhenAll(items.Select(item => three.SaveAsync(item)));
                await {|TXA005:Task.WhenAll(items.Select(item => four.ReserveAsync(item)))|};
            }
        }
        """);

    [TestMethod]
    public Task Branches_of_different_services_or_in_units_of_their_own_are_left_alone() => Verify.AsyncOf<ParallelJoinAnalyzer>("""
        public interface IShard { [UnitOfWork] Task CountAsync(); }

        public interface IStore<T> { [UnitOfWork] Task CountAsync(); [UnitOfWork] Task CountOfAsync<TOther>(); }

        public class Orders(IShard[] shards, IShard left, IShard right, IStore<int> numbers, IStore<string> names)
        {
            [UnitOfWork]
            public async Task PlaceAsync(int[] items)
            {
                await Task.WhenAll(shards.Select(shard => shard.CountAsync()));
                await Task.WhenAll(left.CountAsync(), right.CountAsync());
                await Task.WhenAll(numbers.CountAsync(), names.CountAsync());
                await Task.WhenAll(numbers.CountOfAsync<int>(), numbers.CountOfAsync<string>());
                await Task.WhenAll(items.Select(_ => Tx.RunInNewContextAsync(() => left.CountAsync())));
                await Parallel.ForEachAsync(items, async (_, _) =>
                {
                    await using var scope = Tx.Open(new UnitOfWorkOptions { Propagation = Propagation.RequiresNew });
                    await left.CountAsync();
                    await scope.CompleteAsync();
                });
            }
        }
        """);
}
