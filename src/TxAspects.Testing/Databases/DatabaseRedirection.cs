using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using TxAspects.Sessions;
using TxAspects.Testing.Watching;

namespace TxAspects.Testing.Databases;

/// <summary>Sends the sessions of a connect to another database; everything about them is as in production.</summary>
internal sealed class DatabaseRedirection(Func<DbDataSource> createSource, ChangeWatch watch, Func<bool> applies) : SessionRedirection
{
    protected override bool AppliesHere => applies();

    protected override DbDataSource CreateEngine() => createSource();

    protected override void Configure(DbContextOptionsBuilder builder) => builder.AddInterceptors(watch);

    protected override void Prepare(DbContext context) => watch.Watch(context);

    protected override ValueTask AbandonedAsync(DbContext context, bool async)
    {
        watch.LookAt(context);
        return default;
    }

    protected override void RolledBack(DbContext context) => watch.Forget(context);
}
