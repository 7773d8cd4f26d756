using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using TxAspects.Testing.Watching;

namespace TxAspects.Testing.Transactional;

/// <summary>Sends every session of a connect to one connection.</summary>
internal sealed class SharedRedirection(SharedConnection shared, ChangeWatch watch, Func<DbContext, bool> isOfUnit) : SessionRedirection
{
    protected override string StartOver => SharedConnection.StartOver;

    // The interceptors come before those of the library, so that a commit is done when these see it.
    protected override void Configure(DbContextOptionsBuilder builder)
        => builder
            .AddInterceptors(new PartInterceptor(shared, isOfUnit), watch)
            .ReplaceService<IRelationalTransactionFactory, PartTransactionFactory>();

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
}
