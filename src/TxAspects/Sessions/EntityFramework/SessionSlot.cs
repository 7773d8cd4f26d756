using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using TxAspects.Sessions.EntityFramework.Interceptors;

namespace TxAspects.Sessions.EntityFramework;

/// <summary>Where a context keeps its session; also how we learn that the context was disposed or went back to its pool.</summary>
internal sealed class SessionSlot(IRelationalConnection connection, SessionInterceptors interceptors)
    : IResettableService, IDisposable, IAsyncDisposable
{
    private const int MostOpenings = 1000;

    private readonly int? _commandTimeout = connection.CommandTimeout;

    public Session? Session { get; set; }

    /// <summary>What a context outside sessions keeps alive until it is disposed. Null for those of sessions, which keep it.</summary>
    public Engine? Engine { get; set; }

    /// <summary>Who uses the context at this moment. It belongs to the context, so that a unit allocates none.</summary>
    public Admission Admission { get; } = new();

    public IRelationalConnection Connection => connection;

    /// <summary>The interceptors of the context.</summary>
    public SessionInterceptors Interceptors => interceptors;

    /// <summary>Whether the context has served a session that has ended; who still holds its connection is late.</summary>
    public bool WasGivenUp { get; private set; }

    /// <summary>True while EF Core opens the connection for a command or a transaction.</summary>
    public bool IsOpening { get; set; }

    /// <summary>True where a connection was lost since its openings were last forgotten.</summary>
    public bool HasLostConnection { get; set; }

    /// <summary>True where the user's reset of the pooled context has not run to its end since the last session.</summary>
    public bool MustReset { get; set; }

    /// <summary>
    /// Checks the use of the session where an entity comes in that no query brought. One for all sessions of the context.
    /// </summary>
    public EventHandler<EntityTrackingEventArgs> Tracking => field ??= (_, tracking) => Session?.Tracking(tracking);

    /// <summary>Sees which saves leave their entries unaccepted, which no interceptor is told.</summary>
    public EventHandler<SavedChangesEventArgs> Saved => field ??= (_, saved) => Session?.Saved(saved.AcceptAllChangesOnSuccess);

    /// <summary>The slot of a context made by a connect, or null for a context made elsewhere.</summary>
    public static SessionSlot? Of(DbContext context)
    {
        // Asked for a dozen times in every unit, and the context has its detector at hand.
        IDatabaseFacadeDependenciesAccessor database = context.Database;
        return (database.Dependencies.ConcurrencyDetector as SessionConcurrencyDetector)?.Slot;
    }

    /// <summary>The session of a context, or null: it has none, or it is disposed.</summary>
    public static Session? SessionOf(DbContext? context)
    {
        try
        {
            return context is null ? null : Of(context)?.Session;
        }
        catch (ObjectDisposedException)
        {
            return null;    // A reader that outlived its context is being disposed.
        }
    }

    public static bool IsDisposed(DbContext context)
    {
        try
        {
            _ = context.ChangeTracker;
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    /// <summary>Admits a step of EF Core's, or throws.</summary>
    /// <exception cref="SessionInUseException">Another flow uses the session.</exception>
    public void Enter()
    {
        var session = Session;
        if (session is not null)
        {
            session.CheckAdmission();

            // Later EF Core has opened the connection, and puts the command into a transaction that the driver refuses in its own words.
            session.Gate.EndByOthers.ThrowIfOver();
            session.Enter();
        }
        else if (Admission.Enter() is not AdmissionAnswer.Admitted)
        {
            throw SessionInUseException.OutsideSessions();
        }
    }

    /// <summary>Closes a connection that user code or a forgotten reader has left open: EF Core would keep it open in the pool.</summary>
    public ValueTask CloseConnectionAsync(bool async)
        => !HasLostConnection && connection.DbConnection.State is ConnectionState.Closed ? default : CloseOpenConnectionAsync(async);

    /// <summary>Takes back EF Core's count of the openings of a connection that was lost.</summary>
    /// <remarks>
    /// EF Core does not count a closing where an interceptor throws while a command fails, as ours do to say why. Whoever uses the context
    /// next would keep the connection then, and could not be given that of another server.
    /// </remarks>
    public void ForgetLostOpenings()
    {
        if (!HasLostConnection || connection.DbConnection.State is not ConnectionState.Closed)
            return;

        HasLostConnection = false;
        for (var time = 0; time < MostOpenings; time++)
            connection.Close();
    }

    public void Dispose() => GiveUp()?.ReleaseAsync(async: false).Completed();

    public ValueTask DisposeAsync() => GiveUp()?.ReleaseAsync(async: true) ?? default;

    void IResettableService.ResetState()
    {
        ResetTimeout();
        Dispose();
    }

    Task IResettableService.ResetStateAsync(CancellationToken cancellationToken)
    {
        ResetTimeout();
        return DisposeAsync().AsTask();
    }

    // EF Core resets the rest of what it lets user code set.
    private void ResetTimeout() => connection.CommandTimeout = _commandTimeout;

    private async ValueTask CloseOpenConnectionAsync(bool async)
    {
        try
        {
            ForgetLostOpenings();

            // EF Core counts how often it was opened, and does not tell.
            for (var time = 0; time < MostOpenings && connection.DbConnection.State is not ConnectionState.Closed; time++)
                _ = async ? await connection.CloseAsync().ConfigureAwait(false) : connection.Close();
        }
        finally
        {
            // An interceptor of the user's may refuse.
            if (async)
                await connection.DbConnection.CloseAsync().ConfigureAwait(false);
            else
                connection.DbConnection.Close();
        }
    }

    private Engine? GiveUp()
    {
        var session = Session;
        Session = null;
        WasGivenUp |= session is not null;
        IsOpening = false;
        Admission.Reset();
        session?.ContextGone();
        var engine = session?.Engine ?? Engine;
        Engine = null;
        return engine;
    }
}
