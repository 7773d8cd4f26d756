using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.Tests;

/// <summary>An interceptor that comes as a service of an extension of the options, as packages bring them, is called like any other.</summary>
public abstract class InjectedInterceptorSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    // All tests share it: EF Core makes one service provider for all options whose extensions say that they are the same.
    private static readonly AsyncLocal<Action<string>?> Called = new();

    private DbConnect<ShopContext> _connect = null!;

    [TestInitialize]
    public void CreateConnect()
        => _connect = Keep(new DbConnect<ShopContext>(OptionsFor<ShopContext>(builder =>
        {
            IDbContextOptionsBuilderInfrastructure infrastructure = builder;
            infrastructure.AddOrUpdateExtension(new Extension());
        })));

    [TestMethod]
    public async Task It_is_called_once_for_each_step_of_a_unit()
    {
        var calls = new List<string>();
        Called.Value = calls.Add;

        await Units.RequiredAsync(async () => (await Tx.SessionAsync(_connect)).Add(new Order { Item = "tea" }));

        Assert.AreEqual("saves, connections, transactions, commands", string.Join(", ", calls));
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow("saves")]
    [DataRow("connections")]
    [DataRow("transactions")]
    [DataRow("commands")]
    public async Task What_it_throws_rolls_the_unit_back(string step)
    {
        Called.Value = called =>
        {
            if (called == step)
                throw new UnitFailure();
        };

        var thrown = await Assert.ThrowsAsync<Exception>(
            () => Units.RequiredAsync(async () => (await Tx.SessionAsync(_connect)).Add(new Order { Item = "tea" })));

        Assert.IsInstanceOfType<UnitFailure>(thrown.GetBaseException());
        Assert.AreEqual(0, await Master.CountAsync());
        Assert.AreEqual(0, Master.ConnectionsLeased);
    }

    private sealed class Extension : IDbContextOptionsExtension
    {
        public DbContextOptionsExtensionInfo Info => new ExtensionInfo(this);

        public void ApplyServices(IServiceCollection services) => services.AddSingleton<IInterceptor, Injected>();

        public void Validate(IDbContextOptions options)
        {
        }
    }

    private sealed class ExtensionInfo(IDbContextOptionsExtension extension) : DbContextOptionsExtensionInfo(extension)
    {
        public override bool IsDatabaseProvider => false;

        public override string LogFragment => "";

        public override int GetServiceProviderHashCode() => 0;

        public override bool ShouldUseSameServiceProvider(DbContextOptionsExtensionInfo other) => other is ExtensionInfo;

        public override void PopulateDebugInfo(IDictionary<string, string> debugInfo)
        {
        }
    }

    private sealed class Injected : IDbCommandInterceptor, ISaveChangesInterceptor, IDbConnectionInterceptor, IDbTransactionInterceptor
    {
        public ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
            => Call("commands", result);

        public ValueTask<InterceptionResult<int>> SavingChangesAsync(
            DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
            => Call("saves", result);

        public ValueTask<InterceptionResult> ConnectionOpeningAsync(
            DbConnection connection, ConnectionEventData eventData, InterceptionResult result,
            CancellationToken cancellationToken = default)
            => Call("connections", result);

        public ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
            DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result,
            CancellationToken cancellationToken = default)
            => Call("transactions", result);

        private static ValueTask<T> Call<T>(string step, T result)
        {
            Called.Value?.Invoke(step);
            return new(result);
        }
    }
}

[TestClass]
public sealed class InjectedInterceptorOnInterfaceProxyTests : InjectedInterceptorSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class InjectedInterceptorOnClassProxyTests : InjectedInterceptorSpecification<ClassProxyEntry>;

[TestClass]
public sealed class InjectedInterceptorOnCallTests : InjectedInterceptorSpecification<CallEntry>;
