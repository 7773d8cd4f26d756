using TxAspects.Analyzers.CodeFixes;
using TxAspects.Analyzers.Rules;

namespace TxAspects.Analyzers.Tests;

/// <summary>What each fix makes of a source.</summary>
[TestClass]
public sealed class FixTests
{
    [TestMethod]
    public Task Dropped_task_is_awaited() => Verify.FixAsyncOf<NotAwaitedAnalyzer, AwaitFix>("""
        public interface IOrders { [UnitOfWork] Task PlaceAsync(); }

        public class Caller(IOrders orders)
        {
            public async Task RunAsync()
            {
                await Task.Yield();
                {|TXA004:orders.PlaceAsync()|};
            }
        }
        """, """
        public interface IOrders { [UnitOfWork] Task PlaceAsync(); }

        public class Caller(IOrders orders)
        {
            public async Task RunAsync()
            {
                await Task.Yield();
                await orders.PlaceAsync();
            }
        }
        """);

    [TestMethod]
    public Task Synchronous_call_becomes_its_awaited_twin() => Verify.FixAsyncOf<SynchronousCallAnalyzer, AwaitedTwinFix>("""
        public class Orders
        {
            public async Task PlaceAsync()
            {
                await Task.Yield();
                {|TXA009:Tx.Session(Databases.Master)|}.SaveChanges();
                {|TXA009:Tx.CommitAll()|};
            }
        }
        """, """
        public class Orders
        {
            public async Task PlaceAsync()
            {
                await Task.Yield();
                (await Tx.SessionAsync(Databases.Master)).SaveChanges();
                await Tx.CommitAllAsync();
            }
        }
        """);

    [TestMethod]
    public Task Method_becomes_virtual() => Verify.FixAsyncOf<RegisteredAsItselfAnalyzer, VirtualFix>("""
        public class Orders
        {
            [UnitOfWork]
            public void Place() { }
        }

        public static class Registrations
        {
            public static void Add(IServiceCollection services) => {|TXA003:services.AddScoped<Orders>()|};
        }
        """, """
        public class Orders
        {
            [UnitOfWork]
            public virtual void Place() { }
        }

        public static class Registrations
        {
            public static void Add(IServiceCollection services) => services.AddScoped<Orders>();
        }
        """);

    [TestMethod]
    public Task Scope_is_declared_with_using() => Verify.FixAsyncOf<ScopeAnalyzer, UsingFix>("""
        public class Worker
        {
            public async Task RunAsync()
            {
                var scope = {|TXA006:Tx.Open()|};
                await scope.CompleteAsync();
            }

            public void Run()
            {
                var scope = {|TXA006:Tx.Open()|};
                scope.Complete();
            }
        }
        """, """
        public class Worker
        {
            public async Task RunAsync()
            {
                await using var scope = Tx.Open();
                await scope.CompleteAsync();
            }

            public void Run()
            {
                using var scope = Tx.Open();
                scope.Complete();
            }
        }
        """);

    [TestMethod]
    public Task Save_at_the_end_is_left_to_the_commit() => Verify.FixAsyncOf<SaveLastAnalyzer, NoSaveFix>("""
        public class Orders
        {
            [UnitOfWork]
            public async Task PlaceAsync()
            {
                var db = await Tx.SessionAsync(Databases.Master);
                db.Add(new object());
                {|TXA011:await db.SaveChangesAsync();|}
            }
        }
        """, """
        public class Orders
        {
            [UnitOfWork]
            public async Task PlaceAsync()
            {
                var db = await Tx.SessionAsync(Databases.Master);
                db.Add(new object());
            }
        }
        """);
}
