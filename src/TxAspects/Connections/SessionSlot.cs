using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace TxAspects.Connections;

/// <summary>Where a context keeps its session; also how we learn that the context was disposed or went back to its pool.</summary>
internal sealed class SessionSlot : IResettableService, IDisposable, IAsyncDisposable
{
    public Session? Session { get; set; }

    /// <summary>Checks the use of the session where an entity comes in that no query brought. One for all sessions of the context.</summary>
    public EventHandler<EntityTrackingEventArgs> Tracking => field ??= (_, tracking) =>
    {
        if (!tracking.FromQuery)
            Session?.CheckUse();
    };

    /// <summary>True while EF Core opens the connection for a command or a transaction.</summary>
    public bool IsOpening { get; set; }

    /// <summary>The slot of a context made by a connect, or null for a context made elsewhere.</summary>
    public static SessionSlot? Of(DbContext context)
    {
        // Asked for a dozen times in every unit, and the context has its detector at hand.
        IDatabaseFacadeDependenciesAccessor database = context.Database;
        return database.Dependencies.ConcurrencyDetector is SessionConcurrencyDetector detector
            ? detector.Slot
            : ((IInfrastructure<IServiceProvider>)context).Instance.GetService(typeof(SessionSlot)) as SessionSlot;
    }

    public void Dispose() => LetGo()?.ReleaseAsync(async: false).Completed();

    public ValueTask DisposeAsync() => LetGo()?.ReleaseAsync(async: true) ?? default;

    void IResettableService.ResetState() => Dispose();

    Task IResettableService.ResetStateAsync(CancellationToken cancellationToken) => DisposeAsync().AsTask();

    private Engine? LetGo()
    {
        var session = Session;
        Session = null;
        session?.ContextGone();
        return session?.Engine;
    }
}
