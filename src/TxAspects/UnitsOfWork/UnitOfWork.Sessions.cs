using TxAspects.Connections;

namespace TxAspects.UnitsOfWork;

/// <content>One session per connect.</content>
internal sealed partial class UnitOfWork
{
    private static readonly Enlisted[] None = [];

    private Lock? _gate;    // made with the first session; protects the two fields below
    private Enlisted[] _enlisted = None;    // replaced, never changed, so that who asks for all gets this one
    private List<Session>? _closed;    // pooled ones, closed before the end

    private Lock Gate => _gate ?? Interlocked.CompareExchange(ref _gate, new Lock(), null) ?? _gate;

    public ValueTask<Enlisted> EnlistAsync(DbConnect connect, bool async, CancellationToken cancellationToken)
    {
        Enlisted enlisted;
        SemaphoreSlim opening;
        lock (Gate)
        {
            ThrowIfEnded(connect.Name);
            Deadline?.ThrowIfPassed();
            enlisted = FindEnlisted(connect) ?? Add(new Enlisted(connect));
            if (enlisted.Session is not null)
            {
                ThrowIfDisposed(enlisted);
                return new(enlisted);
            }

            if (!connect.MayAwaitBeforeSession)
            {
                enlisted.Session = connect.OpenSessionAsync(this, async: false, cancellationToken).Completed();
                return new(enlisted);
            }

            opening = enlisted.Opening;
        }

        return OpenAsync(enlisted, opening, async, cancellationToken);
    }

    public Session? FindSession(DbConnect connect)
    {
        if (_gate is null)
            return null;

        lock (Gate)
            return FindEnlisted(connect)?.Session is { WasDisposedByUser: false } session ? session : null;
    }

    public Session? FindSession(Predicate<Session> match)
    {
        if (_gate is null)
            return null;

        lock (Gate)
            return Array.Find(_enlisted, enlisted => enlisted.Session is { } session && match(session))?.Session;
    }

    public void Attach(DbConnect connect, Session session)
    {
        lock (Gate)
        {
            if (FindEnlisted(connect)?.Session is { } there)
            {
                if (there.SharesContextWith(session))
                    return;

                throw SessionException.AlreadyThere(Name, connect.Name);
            }

            if (session.Owner is UnitOfWork { IsEnded: false } other)
                throw SessionException.InAnotherUnit(other.Name, connect.Name);

            session.MoveTo(connect, this);
            _enlisted = [.. _enlisted.Where(enlisted => enlisted.Connect != connect), new Enlisted(connect) { IsAttached = true, Session = session }];
        }
    }

    public Session? Detach(DbConnect connect)
    {
        lock (Gate)
        {
            if (FindEnlisted(connect) is not { Session: { } session } enlisted)
                return null;

            ThrowIfDisposed(enlisted);
            session.Owner = new StandaloneOwner(Log);
            Remove(enlisted);
            return session;
        }
    }

    /// <summary>Throws where this unit has ended or has let go of the session's context, which went back to its pool and serves another one by now.</summary>
    public void ThrowIfLetGo(Session session)
    {
        ThrowIfEnded(session.Connect.Name);
        if (_gate is null)
            return;

        lock (Gate)
        {
            if (_closed?.Exists(session.SharesContextWith) is true ||
                Array.Exists(_enlisted, enlisted => enlisted.Session is { WasDisposedByUser: true } disposed && disposed.SharesContextWith(session)))
                throw SessionException.Closed(Name, session.Connect.Name);
        }
    }

    public static string? FindHolder(Session session, UnitOfWork? from)
    {
        for (var outer = from; outer is not null; outer = outer.Around)
        {
            if (outer.FindSession(held => held.Engine == session.Engine && held.IsInTransaction) is not null)
                return outer.Name;
        }

        return null;
    }

    string? ISessionOwner.FindHolder(Session session) => FindHolder(session, Around);

    /// <summary>The sessions of the unit, or of one connect, in the order of first use.</summary>
    private Enlisted[] Sessions(DbConnect? connect = null)
    {
        if (_gate is null)
            return None;

        lock (Gate)
        {
            var all = Array.TrueForAll(_enlisted, enlisted => enlisted.Session is not null)
                ? _enlisted
                : Array.FindAll(_enlisted, enlisted => enlisted.Session is not null);
            return connect is null ? all : Of(connect, all);
        }

        static Enlisted[] Of(DbConnect connect, Enlisted[] all) => Array.FindAll(all, enlisted => enlisted.Connect == connect);
    }

    private Doom? FindSessionDoom()
    {
        if (_gate is null)
            return null;

        lock (Gate)
        {
            foreach (var enlisted in _enlisted)
            {
                if (enlisted.FindDoom() is { } doom)
                    return doom;
            }

            return null;
        }
    }

    private async ValueTask<Enlisted> OpenAsync(Enlisted enlisted, SemaphoreSlim opening, bool async, CancellationToken cancellationToken)
    {
        if (async)
        {
            await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (!opening.Wait(0, CancellationToken.None))
        {
            throw new SynchronousUseException(
                $"BeforeCreateSession of '{enlisted.Connect.Name}', which another branch is running,", "Use Tx.SessionAsync.");
        }

        try
        {
            if (enlisted.Session is null)
            {
                // The handler runs outside the unit: asking for this session in it would wait for itself.
                using var hidden = AmbientUnit.Enter(null);
                var session = await enlisted.Connect.OpenSessionAsync(this, async, cancellationToken).ConfigureAwait(false);
                if (!TryGive(enlisted, session))
                {
                    await session.CloseAsync(async).ConfigureAwait(false);
                    ThrowIfEnded(enlisted.Connect.Name);
                }
            }

            return enlisted;
        }
        finally
        {
            opening.Release();
        }
    }

    private void ThrowIfDisposed(Enlisted enlisted)
    {
        if (enlisted.Session!.WasDisposedByUser)
            throw Doomed(Doom.ByDisposal(enlisted.Connect.Name));
    }

    /// <summary>False where the unit ended while the session was made: its end closes only the sessions that it sees.</summary>
    private bool TryGive(Enlisted enlisted, Session session)
    {
        lock (Gate)
        {
            if (IsEnded)
                return false;

            enlisted.Session = session;
            return true;
        }
    }

    private void Forget(Enlisted enlisted)
    {
        lock (Gate)
        {
            Remove(enlisted);
            (Rare.Left ??= []).Add(enlisted);
            if (enlisted.IsAttached || enlisted.Session!.Engine is not { IsPooled: true } || _closed?.Exists(enlisted.Session.SharesContextWith) is true)
                return;

            (_closed ??= []).Add(enlisted.Session);
        }
    }

    private Enlisted? FindEnlisted(DbConnect connect)
    {
        foreach (var enlisted in _enlisted)
        {
            if (enlisted.Connect == connect)
                return enlisted;
        }

        return null;
    }

    private Enlisted Add(Enlisted enlisted)
    {
        _enlisted = [.. _enlisted, enlisted];
        return enlisted;
    }

    private void Remove(Enlisted enlisted) => _enlisted = Array.FindAll(_enlisted, other => other != enlisted);
}
