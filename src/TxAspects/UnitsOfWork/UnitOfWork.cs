using System.Data;
using Microsoft.Extensions.Logging;
using TxAspects.Connections;
using TxAspects.Diagnostics;

namespace TxAspects.UnitsOfWork;

/// <summary>The ambient container: settings, sessions by connect, hooks, outcome.</summary>
internal sealed partial class UnitOfWork : ITxUnit, ISessionOwner
{
    private static long _lastId;

    private readonly CallName _name;
    private long _id;    // given when somebody asks for it
    private Doom? _doom;
    private Doom? _rollbackOnly;
    private volatile UnitOfWorkState _state;

    public UnitOfWork(CallRequest request, Attempt attempt, bool isSynchronous)
    {
        Process = request.Process;
        Options = request.Options;
        Deadline = attempt.Deadline;
        IsSynchronous = isSynchronous;
        Node = new UnitNode(this, UnitPlace.Inside);
        _name = request.Name;
        _attempt = attempt;
        Around = AmbientUnit.Open;
        if (Telemetry.IsHeard || Process.OnEnded is not null)
            Measure();
        Process.Watch?.Add(this);
    }

    public TxAspectsOptions Process { get; }

    public UnitOfWorkOptions Options { get; private set; }

    /// <summary>True when the call that opened it cannot await, so that asynchronous hooks can never run.</summary>
    public bool IsSynchronous { get; }

    public UnitNode Node { get; }

    public long Id
    {
        get
        {
            if (Volatile.Read(ref _id) == 0)
                Interlocked.CompareExchange(ref _id, Interlocked.Increment(ref _lastId), 0);
            return Volatile.Read(ref _id);
        }
    }

    public string Name => _name.ToString();

    public bool IsEnded => _state is not UnitOfWorkState.Open;

    public UnitOfWorkState State
        => _state is UnitOfWorkState.Open && RollbackReasonOrNull() is not null ? UnitOfWorkState.Doomed : _state;

    public Exception? DoomCause => RollbackReasonOrNull()?.Cause;

    public string? RollbackReason => RollbackReasonOrNull()?.Reason;

    public IsolationLevel IsolationLevel => Options.IsolationLevel;

    public bool ReadOnly => Options.ReadOnly;

    public ILogger Log => Process.Log;

    public bool IsRollbackOnly => _rollbackOnly is not null;

    public void ThrowIfEnded(string? connectName)
    {
        if (IsEnded)
            throw new UnitOfWorkEndedException(Name, connectName);
    }

    void ISessionOwner.CheckUse(Session session)
    {
        ThrowIfEnded(session.Connect.Name);
        AmbientUnit.ThrowIfLetGo(session, except: this);
        if (!AmbientUnit.IsInside(this))
            throw SessionException.OfAnotherUnit(Name, session.Connect.Name);
    }

    /// <summary>From now on the unit can only roll back. The first doom is kept.</summary>
    public void SetDoom(Doom doom)
    {
        if (_doom is not null)
            return;

        _doom = doom;
        Log.Doomed(Name, doom.Reason, doom.Cause);
    }

    /// <summary>From now on the unit can only roll back, until the session of this connect is rolled back.</summary>
    public void SetDoom(DbConnect connect, Doom doom)
    {
        if (Sessions(connect) is not [var enlisted])
        {
            SetDoom(doom);
            return;
        }

        enlisted.Doom = doom;
        Log.Doomed(Name, doom.Reason, doom.Cause);
    }

    public void SetRollbackOnly(string reason)
    {
        ThrowIfEnded(connectName: null);
        _rollbackOnly ??= Doom.ByRequest(Name, reason);
    }

    /// <summary>A request made in a joined call dooms: the caller, who did not ask for it, must learn that nothing was kept.</summary>
    public void DoomByRequestOf(string methodName)
    {
        if (_rollbackOnly is not { } request)
            return;

        // From here on it is a doom like any other, so that undoing the work clears it.
        SetDoom(Doom.ByInnerRequest(methodName, request.Request!));
        _rollbackOnly = null;
    }

    /// <summary>The work of which a request spoke was undone.</summary>
    public void ClearRollbackOnly() => _rollbackOnly = null;

    /// <summary>What forbids a commit that was not asked for by <see cref="SetRollbackOnly"/>.</summary>
    public Doom? FindDoom() => _doom ?? FindSessionDoom();

    private Doom? RollbackReasonOrNull() => FindDoom() ?? _rollbackOnly;

    public void ThrowIfDoomed()
    {
        if (RollbackReasonOrNull() is { } doom)
            throw Doomed(doom);
    }

    public void ThrowIfDoomedSince(Mark mark)
    {
        if (FindDoomSince(mark) is { } doom)
            throw Doomed(doom);
    }

    private UnitOfWorkDoomedException Doomed(Doom doom) => doom.ToException(Name);
}
