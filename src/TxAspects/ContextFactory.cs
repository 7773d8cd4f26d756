using Microsoft.EntityFrameworkCore;
using TxAspects.Sessions;
using TxAspects.Units.Ambient;

namespace TxAspects;

/// <summary>Makes contexts of a connect that are no sessions. No unit is ambient while one is made.</summary>
internal sealed class ContextFactory<TContext>(DbConnect<TContext> connect) : IDbContextFactory<TContext>
    where TContext : DbContext
{
    public TContext CreateDbContext()
    {
        using var hidden = AmbientUnit.Enter(null);
        return connect.MakeContextAsync(async: false, default).Completed();
    }

    public async Task<TContext> CreateDbContextAsync(CancellationToken cancellationToken = default)
    {
        using var hidden = AmbientUnit.Enter(null);
        return await connect.MakeContextAsync(async: true, cancellationToken).ConfigureAwait(false);
    }
}
