using TxAspects.Analyzers.CodeFixes;
using TxAspects.Analyzers.Rules;

namespace TxAspects.Analyzers.Tests;

/// <summary>TXA002, TXA003 and TXA007 in more shapes of declarations and registrations.</summary>
[TestClass]
public sealed class DeclarationTests
{
    [TestMethod]
    public Task Attribute_on_static_and_extension_members_is_found() => Verify.AsyncOf<NeverInterceptedAnalyzer>("""
        [UnitOfWork]
        public static class {|TXA002:Jobs|} { public static void Run() { } }

        public interface IJob { [UnitOfWork] static abstract void {|TXA002:Go|}(); }

        public static class Extensions
        {
            extension(IJob job)
            {
                [UnitOfWork]
                public void {|TXA002:Later|}() { }
            }
        }

        public partial class Orders
        {
            [UnitOfWork]
            private partial void {|TXA002:Hidden|}();
        }

        public partial class Orders
        {
            private partial void Hidden() { }
        }

        public record Step
        {
            [UnitOfWork]
            public virtual void Go() { }
        }
        """);

    [TestMethod]
    public Task Static_class_may_hold_endpoints() => Verify.AsyncOf<NeverInterceptedAnalyzer>("""
        [UnitOfWork]
        public static class Endpoints { public static void Get() { } }
        """, hasEndpoints: true);

    [TestMethod]
    public Task Every_way_to_register_a_class_as_itself_is_found() => Verify.AsyncOf<RegisteredAsItselfAnalyzer>("""
        using Microsoft.Extensions.DependencyInjection.Extensions;

        public interface IOrders { void Place(); }

        public class Orders : IOrders { [UnitOfWork] public void Place() { } }

        public class Open<T> { [UnitOfWork] public virtual void Place() { } }

        public static class Registrations
        {
            public static void Add(IServiceCollection services, ContainerBuilder builder)
            {
                {|TXA003:services.AddScoped(typeof(Orders))|};
                {|TXA003:services.AddScoped<Orders, Orders>()|};
                {|TXA003:services.TryAddScoped<Orders>()|};
                {|TXA003:services.TryAddSingleton(typeof(Orders))|};
                {|TXA003:services.AddKeyedScoped<Orders>("one")|};
                {|TXA003:builder.RegisterType(typeof(Orders))|};
                services.AddScoped(typeof(IOrders), typeof(Orders));
                services.AddScoped(typeof(Open<>));
                services.TryAddScoped<IOrders, Orders>();
                services.TryAddScoped(_ => new Orders());
                services.AddKeyedScoped<IOrders, Orders>("one");
                services.AddSingleton(new Orders());
                builder.RegisterType(typeof(Orders)).As<IOrders>();
            }
        }
        """);

    [TestMethod]
    public Task No_virtual_method_is_offered_in_a_sealed_class() => Verify.FixAsyncOf<RegisteredAsItselfAnalyzer, VirtualFix>("""
        public sealed class Orders
        {
            [UnitOfWork]
            public void Place() { }
        }

        public static class Registrations
        {
            public static void Add(IServiceCollection services) => {|TXA003:services.AddScoped<Orders>()|};
        }
        """);

    [TestMethod]
    public Task Endpoints_may_return_sequences() => Verify.AsyncOf<LazyResultAnalyzer>("""
        using Microsoft.AspNetCore.Mvc;

        public class OrdersController : ControllerBase
        {
            [UnitOfWork]
            public IQueryable<int> Get() => throw new NotSupportedException();
        }

        public static class Endpoints
        {
            [UnitOfWork]
            public static IQueryable<int> Get() => throw new NotSupportedException();
        }

        public interface IOrders { [UnitOfWork] IQueryable<int> {|TXA007:Get|}(); }
        """, hasEndpoints: true);

    [TestMethod]
    public Task Lazy_types_are_told_from_lists_of_the_same_name() => Verify.AsyncOf<LazyResultAnalyzer>("""
        public interface IOrders
        {
            [UnitOfWork] DbSet<object> {|TXA007:Set|}();
            [UnitOfWork] ValueTask<IOrderedQueryable<int>> {|TXA007:OrderedAsync|}();
            [UnitOfWork] Func<int, ValueTask> {|TXA007:Later|}();
            [UnitOfWork] Func<int> Calculation();
            [UnitOfWork] int[] Array();
            [UnitOfWork] Dictionary<int, string> Names();
            [UnitOfWork] IGrouping<int, string> Group();
            [UnitOfWork] ValueTask<IReadOnlyCollection<int>> ListAsync();
        }

        public partial class Store { [UnitOfWork] public virtual partial IQueryable<int> {|TXA007:All|}(); }

        public partial class Store { public virtual partial IQueryable<int> All() => throw new NotSupportedException(); }
        """);
}
