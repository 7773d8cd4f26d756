using TxAspects.Analyzers.CodeFixes;
using TxAspects.Analyzers.Rules;

namespace TxAspects.Analyzers.Tests;

/// <summary>TXA004 in the shapes in which a task may be dropped, and in those that only look so.</summary>
[TestClass]
public sealed class NotAwaitedTests
{
    [TestMethod]
    public Task Dropped_task_is_found_behind_other_expressions() => Verify.AsyncOf<NotAwaitedAnalyzer>("""
        public interface IOrders { [UnitOfWork] Task PlaceAsync(); [UnitOfWork] ValueTask<int> CountAsync(); }

        public class Caller(IOrders orders, IOrders? maybe)
        {
            public async Task RunAsync(List<int> items)
            {
                await Task.Yield();
                {|TXA004:orders.PlaceAsync().ConfigureAwait(false)|};
                maybe?{|TXA004:.PlaceAsync()|};
                maybe?{|TXA004:.CountAsync().ConfigureAwait(false)|};
                items.ForEach(_ => {|TXA004:orders.PlaceAsync()|});
                Parallel.ForEach(items, _ => {|TXA004:orders.PlaceAsync()|});
                await (maybe?.PlaceAsync() ?? Task.CompletedTask);
                _ = maybe?.PlaceAsync();
            }

            public void Block()
            {
                orders.PlaceAsync().Wait();
                orders.CountAsync().GetAwaiter().GetResult();
                orders.PlaceAsync().ContinueWith(_ => { });
            }
        }
        """);

    [TestMethod]
    public Task Dropped_end_of_a_scope_or_session_is_found() => Verify.AsyncOf<NotAwaitedAnalyzer>("""
        public class Worker
        {
            public void Run(Shop db)
            {
                using var scope = Tx.Open();
                {|TXA004:scope.CompleteAsync()|};
                {|TXA004:db.CommitAsync()|};
                {|TXA004:Databases.Master.ChangeHostAsync("other")|};
                Tx.OnCommitted(() => Task.CompletedTask);
            }
        }
        """);

    [TestMethod]
    public Task Call_that_a_library_of_substitutes_takes_is_left_alone() => Verify.AsyncOf<NotAwaitedAnalyzer>("""
        using System.Linq.Expressions;
        using NSubstitute;
        using Moq;

        namespace NSubstitute
        {
            public static class SubstituteExtensions
            {
                public static T Received<T>(this T substitute) => substitute;
                public static T DidNotReceive<T>(this T substitute) => substitute;
            }

            public static class Received { public static void InOrder(Action calls) => calls(); }
        }

        namespace Moq
        {
            public class Mock<T>
            {
                public void Verify(Expression<Action<T>> call) { }

                public void Setup(Expression<Func<T, Task>> call) { }
            }
        }

        namespace Tests
        {
            public interface IOrders { [UnitOfWork] Task PlaceAsync(); }

            public class OrdersTests(IOrders orders, Mock<IOrders> mock)
            {
                public void Test()
                {
                    orders.Received().PlaceAsync();
                    orders.DidNotReceive().PlaceAsync();
                    Received.InOrder(() => { orders.PlaceAsync(); });
                    mock.Verify(x => x.PlaceAsync());
                    mock.Setup(x => x.PlaceAsync());
                    Expression<Action> call = () => orders.PlaceAsync();
                    {|TXA004:orders.PlaceAsync()|};
                }

                public Task Throws() => ThrowsAsync(() => orders.PlaceAsync());

                private static Task ThrowsAsync(Func<Task> action) => action();
            }
        }
        """);

    [TestMethod]
    public Task Fix_awaits_the_whole_expression() => Verify.FixAsyncOf<NotAwaitedAnalyzer, AwaitFix>("""
        public interface IOrders { [UnitOfWork] Task PlaceAsync(); }

        public class Caller(IOrders orders)
        {
            public async Task RunAsync()
            {
                await Task.Yield();
                {|TXA004:orders.PlaceAsync().ConfigureAwait(false)|};
            }
        }
        """, """
        public interface IOrders { [UnitOfWork] Task PlaceAsync(); }

        public class Caller(IOrders orders)
        {
            public async Task RunAsync()
            {
                await Task.Yield();
                await orders.PlaceAsync().ConfigureAwait(false);
            }
        }
        """);

    [TestMethod]
    public Task No_fix_is_offered_where_an_await_could_not_stand() => Verify.FixAsyncOf<NotAwaitedAnalyzer, AwaitFix>("""
        public interface IOrders { [UnitOfWork] Task PlaceAsync(); }

        public class Caller(IOrders? orders)
        {
            public async Task RunAsync(List<int> items)
            {
                await Task.Yield();
                orders?{|TXA004:.PlaceAsync()|};
                items.ForEach(_ => {|TXA004:orders!.PlaceAsync()|});
            }
        }
        """);
}
