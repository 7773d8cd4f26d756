using System.Data.Common;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using TxAspects.Sessions.DeadConnections;
using TxAspects.Sessions.EntityFramework;

namespace TxAspects.Sessions;

/// <summary>How a session's connection opens, fails to open, and is lost.</summary>
internal sealed class ConnectionOpening(Session session)
{
    private long? _connection;    // tells it from the others in the pool, while it is open
    private UnitStep? _step;    // that it opens; null where nobody observes
    private int _places;    // 1 while it holds a place among the connections of units in no other unit; changed with Interlocked

    /// <summary>The connection that a cluster has replaced by another one, to which commands may still point.</summary>
    public DbConnection? Replaced { get; set; }

    /// <summary>The connection is about to open.</summary>
    /// <exception cref="PoolExhaustedException">No connection may be taken from the pool in the time that one may take to open.</exception>
    public ValueTask BeginAsync(SessionSlot slot, bool async, CancellationToken cancellationToken)
    {
        session.CheckAdmission();
        session.ThrowUnless(session.Admission.OpenByHand());
        slot.IsOpening = true;
        _step = session.Owner.Observation?.Begin(UnitStepKind.Connection, "", session.Connect, session.ConnectName);

        // What the pool has beyond is left to units inside others, which would otherwise wait for each other.
        return session.Engine.OuterPlaces is { } places && _places == 0 && session.Owner.FindHolder(session) is null
            ? TakePlaceAsync(places, async, cancellationToken)
            : default;
    }

    /// <summary>
    /// True where a connection of the pool was found dead, until a command is answered: then the next is not taken unseen.
    /// </summary>
    public bool IsSuspect { get; set; }

    /// <summary>Whether the connection waited in the pool before, where its server may have closed it.</summary>
    public bool WasPooled { get; private set; }

    /// <summary>True while a connection is replaced by another one, because it was dead.</summary>
    public bool IsReplacing { get; private set; }

    /// <summary>The connection is open, and nothing was sent over it. One that is dead is replaced.</summary>
    /// <exception cref="ConnectionFailedException">It is dead, and there is no other one.</exception>
    public ValueTask OpenedAsync(DbConnection connection, bool async, CancellationToken cancellationToken)
    {
        if (session.Engine.Idle is not { } idle)
            return default;

        _connection = session.Engine.Driver.FindConnectionId(connection);
        var since = _connection is { } id ? idle.FindSince(id) : null;
        WasPooled = since is not null;
        return since is { } pooled && idle.MayBeDead(pooled, IsSuspect)
            ? CheckAsync(connection, idle, async, cancellationToken)
            : default;
    }

    /// <summary>The connection is closed, in order or not.</summary>
    public void Closed()
    {
        session.Owner.Observation?.Note(UnitStepKind.ConnectionClosed, "", session.Connect, session.ConnectName);
        ReleasePlace();
        if (_connection is not { } id)
            return;

        session.Engine.Idle!.GivenBack(id);
        _connection = null;
    }

    /// <exception cref="PoolExhaustedException">The pool is empty, and a unit around this one holds a connection of it.</exception>
    /// <exception cref="ConnectionFailedException">The server cannot be reached, or refuses.</exception>
    public void Failed(Exception exception)
    {
        _step?.End(exception);
        ReleasePlace();
        var isPoolExhausted = session.Engine.Driver.IsPoolExhausted(exception);
        if (isPoolExhausted && session.Owner.FindHolder(session) is { } holder)
            throw new PoolExhaustedException(session.Owner.Name, holder, session.ConnectName, exception);
        if (exception is DbException or SocketException)
            throw new ConnectionFailedException(session.Owner.Name, session.ConnectName, isPoolExhausted, exception);
    }

    /// <summary>The connection is open.</summary>
    public void Succeeded(DbConnection connection)
    {
        if (_step is null)
            return;

        _step.Served(session.Engine.Driver.FindServerProcess(connection));
        _step.End();
        _step = null;
    }

    /// <summary>Whoever waited for the connection gave up.</summary>
    public void Cancelled()
    {
        _step?.End(result: "cancelled");
        ReleasePlace();
    }

    /// <summary>The connection is closed, or will not open.</summary>
    public void ReleasePlace()
    {
        if (Interlocked.Exchange(ref _places, 0) != 0)
            session.Engine.OuterPlaces!.Release();
    }

    /// <summary>Whether a command runs on this session's own connection; EF Core's administrative commands do not.</summary>
    public bool Owns(DbCommand command)
    {
        var connection = session.Context.Database.GetDbConnection();

        // EF Core makes some commands before it opens the connection, and a cluster gives the context another one then.
        if (Replaced is { } replaced && ReferenceEquals(command.Connection, replaced))
            command.Connection = connection;
        return ReferenceEquals(command.Connection, connection);
    }

    private async ValueTask CheckAsync(DbConnection connection, IdleConnections idle, bool async, CancellationToken cancellationToken)
    {
        IsReplacing = true;
        try
        {
            _connection = await ConnectionCheck.EnsureAliveAsync(session, connection, idle, async, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Failed(exception);
            throw;
        }
        finally
        {
            IsReplacing = false;
        }
    }

    private async ValueTask TakePlaceAsync(SemaphoreSlim places, bool async, CancellationToken cancellationToken)
    {
        var seconds = session.Context.Database.GetDbConnection().ConnectionTimeout;
        var time = seconds == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds);
        if (!(async ? await places.WaitAsync(time, cancellationToken).ConfigureAwait(false) : places.Wait(time, cancellationToken)))
        {
            var exhausted = new PoolExhaustedException(session.Owner.Name, session.ConnectName);
            _step?.End(exhausted);
            throw exhausted;
        }

        _places = 1;
    }
}
