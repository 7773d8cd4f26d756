using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Sessions.EntityFramework.Batches;
using TxAspects.Sessions.EntityFramework.Interceptors;

namespace TxAspects.Sessions.EntityFramework;

/// <summary>
/// Gives every context of a connect a slot for its session, and puts the session's parts where EF Core begins, sends and ends something.
/// </summary>
internal sealed class SessionOptionsExtension : IDbContextOptionsExtension
{
    public DbContextOptionsExtensionInfo Info => field ??= new ExtensionInfo(this);

    public void ApplyServices(IServiceCollection services)
    {
        // EF Core calls interceptors in this order: who begins the transaction comes first, so that all others are inside it.
        services.Insert(0, ServiceDescriptor.Singleton<IInterceptor>(CommandInterceptor.Instance));
        services.Insert(1, ServiceDescriptor.Singleton<IInterceptor>(SaveInterceptor.Instance));
        services.Insert(2, ServiceDescriptor.Singleton<IInterceptor>(ConnectionInterceptor.Instance));
        services.Insert(3, ServiceDescriptor.Singleton<IInterceptor>(TransactionStartInterceptor.Instance));

        services
            .AddScoped<SessionSlot>()
            .AddScoped<IResettableService>(provider => provider.GetRequiredService<SessionSlot>())
            .AddScoped<IConcurrencyDetector, SessionConcurrencyDetector>()
            .AddScoped<IDbContextTransactionManager, SessionTransactionManager>()
            .AddSingleton<IRelationalTransactionFactory, SessionTransactionFactory>();

        services.AddScoped(provider => (SessionInterceptors)provider.GetRequiredService<IInterceptors>());
        Surround<IInterceptors, SessionInterceptors>(services);
        Surround<IMigrator, SessionMigrator>(services);
        Surround<IRelationalDatabaseCreator, SessionDatabaseCreator>(services);
        Surround<IModificationCommandBatchFactory, SessionBatchFactory>(services);
    }

    // The provider's own have been added before, because its extension comes first.
    private static void Surround<TService, TSurrounding>(IServiceCollection services)
        where TService : class
        where TSurrounding : class, TService
    {
        if (services.LastOrDefault(one => one.ServiceType == typeof(TService))?.ImplementationType is { } inner)
        {
            services.AddScoped<TService>(provider => ActivatorUtilities.CreateInstance<TSurrounding>(
                provider, ActivatorUtilities.CreateInstance(provider, inner)));
        }
    }

    public void Validate(IDbContextOptions options)
    {
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
}
