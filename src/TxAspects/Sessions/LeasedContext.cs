using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.Sessions;

/// <summary>A context in use, and how it is given back.</summary>
/// <remarks>
/// A pooled context is leased through a scope of EF Core's own pool, because then nobody else's <c>Dispose</c> matters, neither now nor
/// when the context serves somebody else: its scope alone gives it back. A context that came from a pooled factory would be given back by
/// whoever still holds it.
/// </remarks>
internal readonly struct LeasedContext(DbContext context, IServiceScope? lease, Action? reset = null)
{
    public DbContext Context => context;

    public bool IsPooled => lease is not null;

    public async ValueTask GiveBackAsync(bool async)
    {
        try
        {
            reset?.Invoke();
        }
        finally
        {
            await EndLeaseAsync(async).ConfigureAwait(false);
        }
    }

    private async ValueTask EndLeaseAsync(bool async)
    {
        if (lease is null)
        {
            if (async)
                await context.DisposeAsync().ConfigureAwait(false);
            else
                context.Dispose();
        }
        else if (async && lease is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync().ConfigureAwait(false);
        }
        else
        {
            lease.Dispose();
        }
    }
}
