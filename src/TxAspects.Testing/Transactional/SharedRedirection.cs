using Microsoft.EntityFrameworkCore;
using TxAspects.Sessions;
using TxAspects.Testing.Watching;

namespace TxAspects.Testing.Transactional;

/// <summary>Sends every session of a connect to one connection.</summary>
internal sealed class SharedRedirection(SharedConnection shared, ChangeWatch watch, Func<DbContext, bool> isOfUnit) : SessionRedirection
{
    protected override string StartOver => SharedConnection.StartOver;

    // The real transaction is the test's.
    protected override bool OwnsTransactions => false;

    protected override void Configure(DbContextOptionsBuilder builder)
        => builder.AddInterceptors(new PartInterceptor(shared, isOfUnit), new CommandTurns(shared), watch);

    protected override void Prepare(DbContext context)
    {
        shared.Take(context);
        watch.Watch(context);
    }

    protected override void Attaching(DbContext context)
    {
        if (SharedConnection.Of(context) != shared)
            throw TestSetUpException.MadeElsewhere(context.GetType().Name, shared.ConnectName);
    }

    protected override void RolledBack(DbContext context) => watch.Forget(context);

    protected override ValueTask<IDisposable?> TakeTurnAsync(DbContext context, bool async, CancellationToken cancellationToken)
        => shared.TakeTurnAsync(context, async, cancellationToken);

    protected override ValueTask AbandonedAsync(DbContext context, bool async) => shared.AbandonAsync(context, async);
}
