using Microsoft.EntityFrameworkCore;
using TxAspects.Testing.Watching;

namespace TxAspects.Testing.Transactional;

/// <summary>A connect while a test has it.</summary>
internal abstract class SharedConnect : IAsyncDisposable
{
    public abstract IEnumerable<string> Findings(bool allowLostChanges);

    public abstract SharedConnection Shared { get; }

    public abstract ValueTask DisposeAsync();

    public static async Task<SharedConnect<TContext>> TakeAsync<TContext>(
        DbConnect<TContext> connect, TransactionalTestOptions options, CancellationToken cancellationToken)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(connect);
        var taken = new SharedConnect<TContext>(connect, ConnectUse.Of(connect).TakeAll());
        try
        {
            await taken.BeginAsync(options, cancellationToken).ConfigureAwait(false);
            return taken;
        }
        catch
        {
            await taken.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
