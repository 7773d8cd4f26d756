using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Sessions.LastSaves;

namespace TxAspects.Sessions.EntityFramework.Interceptors;

/// <summary>
/// The interceptors of one context, ours and the application's. Where it has none, EF Core gets ours alone, which answer without being put
/// in a row that is asked one after the other.
/// </summary>
internal sealed class SessionInterceptors(IServiceProvider services, IInterceptors inner, IEnumerable<IInterceptor> injected)
    : IInterceptors
{
    private bool? _hasForeign;
    private bool? _hasForeignOfCommands;
    private bool? _hasForeignOfSaves;

    /// <summary>Whether there are interceptors of the application's, who may send commands that nobody here sees.</summary>
    public bool HasForeign => _hasForeign ??= All.Any(IsForeign);

    /// <summary>
    /// Whether some of them see commands or the beginning of a transaction, so that they may send something before a command, or put
    /// something in its place.
    /// </summary>
    public bool HasForeignOfCommands
        => _hasForeignOfCommands ??= All.Any(one => IsForeign(one) && one is IDbCommandInterceptor or IDbTransactionInterceptor);

    /// <summary>Whether some of them are called after a save, also one that has failed, or may let one pass that has.</summary>
    public bool HasForeignOfSaves => _hasForeignOfSaves ??= All.Any(one => IsForeign(one) && SaveEnds.AreSeenBy(one));

    // EF Core makes its loggers, which ask for interceptors, before there are options.
    private IEnumerable<IInterceptor> All
        => injected.Concat(services.GetRequiredService<IDbContextOptions>().FindExtension<CoreOptionsExtension>()?.Interceptors ?? []);

    public TInterceptor? Aggregate<TInterceptor>()
        where TInterceptor : class, IInterceptor
        => !HasForeign && FindOwn(typeof(TInterceptor)) is TInterceptor own ? own : inner.Aggregate<TInterceptor>();

    private static IInterceptor? FindOwn(Type kind)
        => kind == typeof(IDbCommandInterceptor) ? CommandInterceptor.Instance
            : kind == typeof(IDbConnectionInterceptor) ? ConnectionInterceptor.Instance
            : kind == typeof(ISaveChangesInterceptor) ? SaveInterceptor.Only
            : kind == typeof(IDbTransactionInterceptor) ? TransactionStartInterceptor.Instance
            : null;

    private static bool IsForeign(IInterceptor interceptor)
        => interceptor is IDbCommandInterceptor or IDbTransactionInterceptor or IDbConnectionInterceptor or ISaveChangesInterceptor &&
           interceptor is not (
               CommandInterceptor or SaveInterceptor or ConnectionInterceptor or TransactionStartInterceptor or ConcurrencyInterceptor);
}
