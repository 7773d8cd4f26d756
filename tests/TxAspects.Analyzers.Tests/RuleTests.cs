using TxAspects.Analyzers.Rules;

namespace TxAspects.Analyzers.Tests;

/// <summary>What each rule finds, and what it leaves alone.</summary>
[TestClass]
public sealed class RuleTests
{
    [TestMethod]
    public Task Self_call_is_found_where_it_asks_for_more_than_joining() => Verify.AsyncOf<SelfCallAnalyzer>("""
        public class Orders
        {
            [UnitOfWork]
            public async Task PlaceAsync()
            {
                await {|TXA001:AuditAsync()|};
                await {|TXA001:this.AloneAsync()|};
                {|TXA001:Strict()|};
                {|TXA001:Try()|};
                {|TXA001:Never()|};
                {|TXA001:Outermost()|};
                Joined();
                Virtual();
                await new Orders().AuditAsync();
                Same();
            }

            public void Plain() => {|TXA001:Repeated()|};

            [NewContext]
            public Task AuditAsync() => Task.CompletedTask;

            [UnitOfWork(Propagation = Propagation.RequiresNew)]
            public Task AloneAsync() => Task.CompletedTask;

            [UnitOfWork(IsolationLevel = IsolationLevel.Serializable)]
            public void Strict() => Same();

            [UnitOfWork(IsolationLevel = IsolationLevel.Serializable)]
            public void StrictToo() => Strict();

            [UnitOfWork(Propagation = Propagation.Nested)]
            public void Try() { }

            [UnitOfWork(Propagation = Propagation.Never)]
            public void Never() { }

            [UnitOfWork(Propagation = Propagation.Outermost)]
            public void Outermost() { }

            [UnitOfWork]
            public void Joined() { }

            [UnitOfWork(Propagation = Propagation.Mandatory)]
            public void Same() { }

            [NewContext]
            public virtual void Virtual() { }

            [UnitOfWork(MaxRetries = 2)]
            public void Repeated() { }
        }

        public interface IAudit { [NewContext] void Note(); }

        public sealed class Audit : IAudit
        {
            public void Note() { }

            public void Twice() => {|TXA001:Note()|};
        }
        """);

    [TestMethod]
    public Task Attribute_on_what_no_proxy_intercepts_is_found() => Verify.AsyncOf<NeverInterceptedAnalyzer>("""
        public class Orders
        {
            [UnitOfWork]
            private void {|TXA002:Hidden|}() { }

            [UnitOfWork]
            public static void {|TXA002:Shared|}() { }

            [UnitOfWork]
            public async void {|TXA002:Late|}() => await Task.Yield();

            public int Number { [UnitOfWork] {|TXA002:get|} => 1; }

            [UnitOfWork]
            public void Fine() { }

            [UnitOfWork]
            protected virtual void AlsoFine() { }
        }

        public interface IJob { void Go(); }

        public class Job : IJob { [UnitOfWork] void IJob.Go() { } }

        public struct Light : IJob { [UnitOfWork] public void {|TXA002:Go|}() { } }
        """);

    [TestMethod]
    public Task Private_or_static_method_may_be_an_endpoint() => Verify.AsyncOf<NeverInterceptedAnalyzer>("""
        public static class Endpoints
        {
            [UnitOfWork]
            private static void Get() { }

            [UnitOfWork]
            public static async void {|TXA002:Late|}() => await Task.Yield();
        }
        """, hasEndpoints: true);

    [TestMethod]
    public Task Class_registered_as_itself_is_found_where_its_units_are_not_virtual() => Verify.AsyncOf<RegisteredAsItselfAnalyzer>("""
        public interface IOrders { void Place(); }

        public class Orders : IOrders { [UnitOfWork] public void Place() { } }

        public class Free { [UnitOfWork] public virtual void Place() { } public void Other() { } }

        [UnitOfWork]
        public class Marked { public void Place() { } private void Help() { } public int Number { get; set; } }

        public static class Registrations
        {
            public static void Add(IServiceCollection services, ContainerBuilder builder)
            {
                {|TXA003:services.AddScoped<Orders>()|};
                {|TXA003:services.AddSingleton<Marked>()|};
                services.AddScoped<IOrders, Orders>();
                services.AddScoped<Free>();
                services.AddTransient<Orders>(_ => new Orders());
                {|TXA003:builder.RegisterType<Orders>()|};
                {|TXA003:builder.RegisterType<Orders>()|}.AsSelf().SingleInstance();
                builder.RegisterType<Orders>().As<IOrders>();
                builder.RegisterType<Orders>().SingleInstance().AsImplementedInterfaces();
                builder.RegisterType<Free>();
                var later = builder.RegisterType<Orders>();
                later.As<IOrders>();
            }
        }
        """);

    [TestMethod]
    public Task Dropped_task_is_found() => Verify.AsyncOf<NotAwaitedAnalyzer>("""
        [UnitOfWork]
        public interface IOrders : IAsyncDisposable { Task PlaceAsync(); ValueTask<int> CountAsync(); void Place(); }

        public class Caller(IOrders orders)
        {
            public void Run()
            {
                {|TXA004:orders.PlaceAsync()|};
                {|TXA004:orders.CountAsync()|};
                {|TXA004:Tx.CommitAllAsync()|};
                _ = orders.PlaceAsync();
                var kept = orders.PlaceAsync();
                orders.Place();
                orders.DisposeAsync();
                Task.Delay(1);
            }

            public async Task RunAsync()
            {
                await orders.PlaceAsync();
                await orders.CountAsync().ConfigureAwait(false);
            }
        }
        """.Replace("                Task.Delay(1);\n", "", StringComparison.Ordinal));

    [TestMethod]
    public Task Parallel_calls_that_join_are_found() => Verify.AsyncOf<ParallelJoinAnalyzer>("""
        public interface IStock { [UnitOfWork] Task ReserveAsync(int item); [NewContext] Task AuditAsync(int item); [UnitOfWork] Task OtherAsync(); Task PlainAsync(int item); }

        public class Orders(IStock stock)
        {
            [UnitOfWork]
            public async Task PlaceAsync(int[] items)
            {
                await {|TXA005:Task.WhenAll(items.Select(item => stock.ReserveAsync(item)))|};
                await {|TXA005:Task.WhenAll(stock.ReserveAsync(1), stock.ReserveAsync(2))|};
                await {|TXA005:Parallel.ForEachAsync(items, async (item, _) => await stock.ReserveAsync(item))|};
                await Task.WhenAll(items.Select(item => stock.AuditAsync(item)));
                await Task.WhenAll(items.Select(item => stock.PlainAsync(item)));
                await Task.WhenAll(stock.ReserveAsync(1), stock.OtherAsync());
                await Task.WhenAll(stock.ReserveAsync(1));
            }

            public async Task OutsideAsync(int[] items)
            {
                await Task.WhenAll(items.Select(item => stock.ReserveAsync(item)));
                await Tx.RunAsync(async () => await {|TXA005:Task.WhenAll(items.Select(item => stock.ReserveAsync(item)))|});
            }
        }
        """);

    [TestMethod]
    public Task Scope_that_is_left_open_or_never_completed_is_found() => Verify.AsyncOf<ScopeAnalyzer>("""
        public class Worker
        {
            private TxScope? _kept;

            public async Task RunAsync()
            {
                {|TXA006:Tx.Open()|};
                var open = {|TXA006:Tx.Open()|};
                await open.CompleteAsync();
                await using var undecided = {|TXA006:Tx.Open()|};
            }

            public async Task RightAsync()
            {
                using var scope = Tx.Open();
                await scope.CompleteAsync();
            }

            public void RightToo()
            {
                using (var scope = Tx.Open())
                {
                    scope.SetRollbackOnly("only looking");
                }
            }

            public void Disposed()
            {
                var scope = Tx.Open();
                try { scope.Complete(); } finally { scope.Dispose(); }
            }

            public TxScope Given()
            {
                var scope = Tx.Open();
                return scope;
            }

            public void Kept() => _kept = Tx.Open();
        }
        """);

    [TestMethod]
    public Task Lazy_result_is_found() => Verify.AsyncOf<LazyResultAnalyzer>("""
        [UnitOfWork]
        public interface IOrders
        {
            IEnumerable<int> All();
            IQueryable<int> {|TXA007:Query|}();
            Task<IQueryable<int>> {|TXA007:QueryAsync|}();
            Func<Task> {|TXA007:Later|}();
            Task<IEnumerable<int>> ListAsync();
            IReadOnlyList<int> List();
            List<int> ListToo();
            string Name();
            IAsyncEnumerable<int> ReadAsync();
            IEnumerable<int> Numbers { get; }
        }

        public class Plain { public IEnumerable<int> All() => []; [UnitOfWork] public virtual IEnumerator<int> {|TXA007:Marked|}() => null!; }
        """);

    [TestMethod]
    public Task Sequence_that_is_no_list_is_found_where_it_is_returned() => Verify.AsyncOf<LazyResultAnalyzer>("""
        public interface IOrders
        {
            [UnitOfWork]
            IEnumerable<int> All(bool some);
        }

        public class Orders(List<int> rows, IQueryable<int> query) : IOrders
        {
            public IEnumerable<int> All(bool some)
            {
                Func<IEnumerable<int>> later = () => rows.Where(row => row > 1);
                if (some)
                    return {|TXA007:rows.Where(row => row > 0)|};
                return rows;
            }

            [UnitOfWork]
            public virtual IEnumerable<int> Array() => rows.ToArray();

            [UnitOfWork]
            public virtual IEnumerable<int> Expression() => [1, 2];

            [UnitOfWork]
            public virtual IEnumerable<int> Nothing() => Enumerable.Empty<int>();

            [UnitOfWork]
            public virtual IEnumerable<int> Other() => All(true);

            [UnitOfWork]
            public virtual IEnumerable<int> Query() => {|TXA007:query|};

            [UnitOfWork]
            public virtual IEnumerable<int> Yielded()
            {
                yield return {|TXA007:1|};
            }

            [UnitOfWork]
            public virtual async Task<IEnumerable<int>> MappedAsync()
            {
                await Task.Yield();
                return rows.Select(row => row + 1);
            }

            [UnitOfWork]
            public virtual async Task<IEnumerable<int>> QueryAsync()
            {
                await Task.Yield();
                return {|TXA007:query.Where(row => row > 0)|};
            }

            public IEnumerable<int> Plain() => query;
        }
        """);

    [TestMethod]
    public Task Transaction_by_hand_is_found_on_the_units_session_and_around_it() => Verify.AsyncOf<HandWrittenTransactionAnalyzer>("""
        public class Orders(Shop other)
        {
            [UnitOfWork]
            public async Task PlaceAsync()
            {
                var db = await Tx.SessionAsync(Databases.Master);
                await {|TXA008:db.Database.BeginTransactionAsync()|};
                {|TXA008:db.Database.BeginTransaction(IsolationLevel.Serializable)|};
                await other.Database.BeginTransactionAsync();
                using var scope = {|TXA008:new System.Transactions.TransactionScope()|};
            }

            public void Outside()
            {
                other.Database.BeginTransaction();
                using var scope = new System.Transactions.TransactionScope();
            }
        }
        """);

    [TestMethod]
    public Task Synchronous_call_in_asynchronous_code_is_found() => Verify.AsyncOf<SynchronousCallAnalyzer>("""
        public class Orders
        {
            public async Task PlaceAsync()
            {
                var db = {|TXA009:Tx.Session(Databases.Master)|};
                await Task.Yield();
                {|TXA009:Tx.CommitAll()|};
                Tx.OnCommitted(() => { });
                Action later = () => Tx.CommitAll();
            }

            public void Place() => Tx.CommitAll();
        }
        """);

    [TestMethod]
    public Task Session_that_is_kept_is_found() => Verify.AsyncOf<KeptSessionAnalyzer>("""
        public class Orders
        {
            private static Shop? _shared;
            private Shop? _kept;

            [UnitOfWork]
            public async Task PlaceAsync()
            {
                {|TXA010:_shared = await Tx.SessionAsync(Databases.Master)|};
                {|TXA010:_kept = await Tx.SessionAsync(Databases.Master).ConfigureAwait(false)|};
                {|TXA010:_kept ??= Tx.Session(Databases.Master)|};
                var db = await Tx.SessionAsync(Databases.Master);
                _kept = null;
            }
        }

        public class Step
        {
            private Shop? _db;

            public async Task RunAsync() => _db = await Tx.SessionAsync(Databases.Master);
        }
        """);

    [TestMethod]
    public Task Save_at_the_end_is_found() => Verify.AsyncOf<SaveLastAnalyzer>("""
        public class Orders(Shop other)
        {
            [UnitOfWork]
            public async Task PlaceAsync()
            {
                var db = await Tx.SessionAsync(Databases.Master);
                db.Add(new object());
                {|TXA011:await db.SaveChangesAsync();|}
            }

            [UnitOfWork]
            public void Place()
            {
                var db = Tx.Session(Databases.Master);
                db.Add(new object());
                {|TXA011:db.SaveChanges();|}
            }

            [UnitOfWork]
            public async Task<int> CountAsync()
            {
                var db = await Tx.SessionAsync(Databases.Master);
                await db.SaveChangesAsync();
                return 1;
            }

            [UnitOfWork]
            public async Task OtherAsync() { await other.SaveChangesAsync(); }

            public async Task OutsideAsync()
            {
                var db = await Tx.SessionAsync(Databases.Master);
                await db.SaveChangesAsync();
            }
        }
        """);

    [TestMethod]
    public Task Http_call_in_a_unit_is_found_where_the_rule_is_on() => Verify.AsyncOf<HttpInUnitAnalyzer>("""
        public class Orders(HttpClient client)
        {
            [UnitOfWork]
            public async Task PlaceAsync()
            {
                await {|TXA012:client.GetAsync("https://example.com")|};
                Tx.OnCommitted(() => client.GetAsync("https://example.com"));
            }

            public Task OutsideAsync() => client.GetStringAsync("https://example.com");
        }
        """);

    [TestMethod]
    public void Http_rule_is_off_by_default() => Assert.IsFalse(new HttpInUnitAnalyzer().SupportedDiagnostics.Single().IsEnabledByDefault);
}
