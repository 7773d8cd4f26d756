using TxAspects.Analyzers.CodeFixes;
using TxAspects.Analyzers.Rules;

namespace TxAspects.Analyzers.Tests;

/// <summary>TXA008, TXA009, TXA010, TXA011 and TXA012 in more shapes of code.</summary>
[TestClass]
public sealed class InsideUnitTests
{
    [TestMethod]
    public Task Transaction_by_hand_is_found_on_a_connection_and_in_a_block() => Verify.AsyncOf<HandWrittenTransactionAnalyzer>("""
        public class Orders
        {
            [UnitOfWork]
            public async Task PlaceAsync()
            {
                var connection = await Tx.ConnectionAsync(Databases.Master);
                await using var first = await {|TXA008:connection.BeginTransactionAsync()|};
                {|TXA008:(await Tx.ConnectionAsync(Databases.Master).ConfigureAwait(false)).BeginTransaction()|};
                await Tx.AtomicAsync(Databases.Master, async db =>
                {
                    await using var third = await {|TXA008:db.Database.BeginTransactionAsync()|};
                });
                await Tx.NewAtomicSessionAsync(Databases.Master, async db => await db.Database.BeginTransactionAsync());
                await using var own = await Tx.NewSessionAsync(Databases.Master);
                await using var fourth = await own.Database.BeginTransactionAsync();
            }
        }
        """);

    [TestMethod]
    public Task Scope_that_hides_the_transaction_is_left_alone() => Verify.AsyncOf<HandWrittenTransactionAnalyzer>("""
        using System.Transactions;

        public class Orders
        {
            [UnitOfWork]
            public void Place()
            {
                using var hidden = new TransactionScope(TransactionScopeOption.Suppress);
                using var flowing = new TransactionScope(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled);
                using var own = {|TXA008:new TransactionScope(TransactionScopeOption.RequiresNew)|};
            }
        }
        """);

    [TestMethod]
    public Task Synchronous_call_in_a_program_or_a_local_function_is_found() => Verify.AsyncOf<SynchronousCallAnalyzer>("""
        await Task.Yield();
        var db = {|TXA009:Tx.Session(Databases.Master)|};
        await LocalAsync();

        async Task LocalAsync()
        {
            await Task.Yield();
            {|TXA009:Tx.CommitAll()|};
            void Inner() => Tx.CommitAll();
            Inner();
        }
        """, isProgram: true);

    [TestMethod]
    public Task No_fix_is_offered_where_the_body_is_synchronous() => Verify.FixAsyncOf<SynchronousCallAnalyzer, AwaitedTwinFix>("""
        public class Orders
        {
            public async Task PlaceAsync()
            {
                await Task.Yield();
                {|TXA009:Tx.Run(() => { })|};
            }
        }
        """);

    [TestMethod]
    public Task Session_is_kept_by_an_initializer_and_by_way_of_a_variable() => Verify.AsyncOf<KeptSessionAnalyzer>("""
        public class Orders
        {
            private static readonly Shop {|TXA010:_shared = Tx.Session(Databases.Master)|};
            private readonly Shop {|TXA010:_own = Tx.Session(Databases.Master)|};
            private Shop? _later;

            public static Shop Shared { get; } {|TXA010:= Tx.Session(Databases.Master)|};

            [UnitOfWork]
            public async Task PlaceAsync()
            {
                var db = await Tx.SessionAsync(Databases.Master);
                {|TXA010:_later = db|};
            }
        }

        public class Step
        {
            private readonly Shop _db = Tx.Session(Databases.Master);

            public Shop Db => _db;
        }
        """);

    [TestMethod]
    public Task Save_that_is_the_method_itself_or_that_no_commit_repeats_is_left_alone() => Verify.AsyncOf<SaveLastAnalyzer>("""
        public class Orders
        {
            [UnitOfWork]
            public async Task SaveAsync()
            {
                var db = await Tx.SessionAsync(Databases.Master);
                await db.SaveChangesAsync();
            }

            [UnitOfWork]
            public async Task FlushAsync() => await (await Tx.SessionAsync(Databases.Master)).SaveChangesAsync();

            [UnitOfWork(Propagation = Propagation.Mandatory)]
            public async Task JoinAsync()
            {
                var db = await Tx.SessionAsync(Databases.Master);
                db.Add(new object());
                await db.SaveChangesAsync();
            }

            [UnitOfWork(Propagation = Propagation.Nested)]
            public async Task TryAsync()
            {
                var db = await Tx.SessionAsync(Databases.Master);
                db.Add(new object());
                await db.SaveChangesAsync();
            }

            [UnitOfWork]
            public async Task KeepAsync()
            {
                var db = await Tx.SessionAsync(Databases.Master);
                db.Add(new object());
                await db.SaveChangesAsync(acceptAllChangesOnSuccess: false);
            }

            [UnitOfWork]
            public async Task CatchAsync()
            {
                var db = await Tx.SessionAsync(Databases.Master);
                db.Add(new object());
                try
                {
                    await db.SaveChangesAsync();
                }
                catch (DbUpdateException)
                {
                }
            }

            [UnitOfWork(Propagation = Propagation.Outermost)]
            public async Task PlaceAsync()
            {
                var db = await Tx.SessionAsync(Databases.Master).ConfigureAwait(false);
                db.Add(new object());
                {|TXA011:await db.SaveChangesAsync().ConfigureAwait(false);|}
            }
        }
        """);

    [TestMethod]
    public Task Http_call_in_an_atomic_block_or_of_a_sequence_is_found() => Verify.AsyncOf<HttpInUnitAnalyzer>("""
        using System.Net.Http.Json;

        namespace Mine { public class HttpClient { public Task PingAsync() => Task.CompletedTask; } }

        namespace Tests
        {
            public class Orders(HttpClient client, Mine.HttpClient other)
            {
                [UnitOfWork]
                public async Task PlaceAsync()
                {
                    await Tx.AtomicAsync(Databases.Master, async db => await {|TXA012:client.GetAsync("https://example.com")|});
                    await foreach (var one in {|TXA012:client.GetFromJsonAsAsyncEnumerable<int>("https://example.com")|}) { }
                    await other.PingAsync();
                    await Tx.RunAsync(async () => await {|TXA012:client.GetAsync("https://example.com")|});
                    await Tx.RunAsync(
                        async () => await client.GetAsync("https://example.com"),
                        new UnitOfWorkOptions { Propagation = Propagation.NotSupported });
                    Tx.OnCommitting(async () => await {|TXA012:client.GetAsync("https://example.com")|});
                    Func<Task> later = () => client.GetAsync("https://example.com");
                }

                [UnitOfWork]
                public async IAsyncEnumerable<int> ReadAsync()
                {
                    await {|TXA012:client.GetAsync("https://example.com")|};
                    yield return 1;
                }
            }
        }
        """);
}
