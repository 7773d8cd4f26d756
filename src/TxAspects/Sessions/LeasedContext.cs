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

    public ValueTask GiveBackAsync(bool async) => reset is null ? EndLeaseAsync(async) : GiveBackAsync(reset, async);

    private async ValueTask GiveBackAsync(Action reset, bool async)
    {
        try
        {
            reset();
        }
        finally
        {
            await EndLeaseAsync(async).ConfigureAwait(false);
        }
    }

    private ValueTask EndLeaseAsync(bool async)
    {
        IDisposable given = lease is null ? context : lease;
        if (async && given is IAsyncDisposable disposable)
            return disposable.DisposeAsync();

        given.Dispose();
        return default;
    }
}
