using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using TxAspects.Sessions.EntityFramework.Interceptors;

namespace TxAspects.Sessions.EntityFramework;

internal static class SessionOptionsBuilderExtensions
{
    public static void UseSessions(this DbContextOptionsBuilder builder)
    {
        IDbContextOptionsBuilderInfrastructure infrastructure = builder;
        infrastructure.AddOrUpdateExtension(new SessionOptionsExtension());

        builder.AddInterceptors(ConcurrencyInterceptor.Instance, RawSqlInterceptor.Instance);

        // What EF Core asks its detector is how a session learns who uses it.
        builder.EnableThreadSafetyChecks();

        // A retrying strategy refuses every query after the first inside a transaction. A single command
        // cannot be repeated there anyway: the unit as a whole can.
        var relational = builder.Options.Extensions.OfType<RelationalOptionsExtension>().FirstOrDefault();
        if (relational is not null)
        {
            infrastructure.AddOrUpdateExtension(
                relational.WithExecutionStrategyFactory(dependencies => new SessionExecutionStrategy(dependencies)));
        }
    }
}
