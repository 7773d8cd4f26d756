using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.Connections;

/// <summary>Gives every context of a connect a slot for its session, and the interceptor that begins transactions.</summary>
internal sealed class SessionOptionsExtension : IDbContextOptionsExtension
{
    public DbContextOptionsExtensionInfo Info => field ??= new ExtensionInfo(this);

    public void ApplyServices(IServiceCollection services)
    {
        services
            .AddScoped<SessionSlot>()
            .AddScoped<IResettableService>(provider => provider.GetRequiredService<SessionSlot>());
        SessionConcurrencyDetector.AddTo(services);
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

internal static class SessionOptionsBuilderExtensions
{
    public static void UseSessions(this DbContextOptionsBuilder builder)
    {
        builder.AddInterceptors(SessionInterceptor.Instance, ConnectionInterceptor.Instance);
        IDbContextOptionsBuilderInfrastructure infrastructure = builder;
        infrastructure.AddOrUpdateExtension(new SessionOptionsExtension());

        // A retrying strategy refuses every query after the first inside a transaction. A single command
        // cannot be repeated there anyway: the unit as a whole can.
        var relational = builder.Options.Extensions.OfType<RelationalOptionsExtension>().FirstOrDefault();
        if (relational?.ExecutionStrategyFactory is not null)
        {
            infrastructure.AddOrUpdateExtension(
                relational.WithExecutionStrategyFactory(dependencies => new NonRetryingExecutionStrategy(dependencies)));
        }
    }
}
