using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace TxAspects.Connections;

/// <summary>Where a context keeps its session; also how we learn that the context was disposed or went back to its pool.</summary>
internal sealed class SessionSlot : IResettableService, IDisposable, IAsyncDisposable
{
    public Session? Session { get; set; }

    /// <summary>True while EF Core opens the connection for a command or a transaction.</summary>
    public bool IsOpening { get; set; }

    /// <summary>The slot of a context made by a connect, or null for a context made elsewhere.</summary>
    public static SessionSlot? Of(DbContext context)
        => ((IInfrastructure<IServiceProvider>)context).Instance.GetService(typeof(SessionSlot)) as SessionSlot;

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
