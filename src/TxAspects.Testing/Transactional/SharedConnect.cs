using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Testing.Transactional;

/// <summary>A connect while a test has it.</summary>
internal abstract class SharedConnect : IAsyncDisposable
{
    /// <summary>The connects that a test has now.</summary>
    private static readonly ConditionalWeakTable<DbConnect, SharedConnect> InUse = [];

    public abstract IEnumerable<string> Findings(bool allowLostChanges);

    public abstract SharedConnection Shared { get; }

    public abstract ValueTask DisposeAsync();

    public static async Task<SharedConnect<TContext>> TakeAsync<TContext>(
        DbConnect<TContext> connect, TransactionalTestOptions options, CancellationToken cancellationToken)
        where TContext : DbContext
    {
        var taken = new SharedConnect<TContext>(connect);
        lock (InUse)
        {
            if (!InUse.TryAdd(connect, taken))
                throw TestSetUpException.ConnectInUse(connect.Name);
        }

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

    protected static void GiveBack(DbConnect connect) => InUse.Remove(connect);
}
