using TxAspects.Sessions;
using TxAspects.Units.Ambient;

namespace TxAspects.Units.Sessions;

/// <summary>The sessions of one unit: one for each connect, in the order of first use. Made with the first.</summary>
internal sealed class UnitSessions(UnitOfWork unit)
{
    private readonly Lock _gate = new();    // protects the fields below
    private Enlisted[] _enlisted = [];    // replaced, never changed, so that who asks for all gets this one
    private List<Enlisted>? _left;    // closed before the end

    /// <summary>The sessions of the unit, or of one connect.</summary>
    public Enlisted[] All(DbConnect? connect = null)
    {
        lock (_gate)
        {
            var all = Array.TrueForAll(_enlisted, enlisted => enlisted.Session is not null)
                ? _enlisted
                : Array.FindAll(_enlisted, enlisted => enlisted.Session is not null);
            return connect is null ? all : Of(connect, all);
        }

        static Enlisted[] Of(DbConnect connect, Enlisted[] all) => Array.FindAll(all, enlisted => enlisted.Connect == connect);
    }

    /// <summary>All sessions that the unit ever had, those first that it closed before its end.</summary>
    public Enlisted[] AllEver()
    {
        lock (_gate)
            return [.. _left ?? [], .. _enlisted.Where(enlisted => enlisted.Session is not null)];
    }

    public ValueTask<Enlisted> EnlistAsync(DbConnect connect, bool async, CancellationToken cancellationToken)
    {
        Enlisted enlisted;
        SemaphoreSlim opening;
        lock (_gate)
        {
            unit.ThrowIfEnded(connect.Name);
            unit.DeadlineHere?.ThrowIfPassed();
            enlisted = Find(connect) ?? Add(new Enlisted(connect));
            if (enlisted.Session is not null)
            {
                ThrowIfDisposed(enlisted);
                return new(enlisted);
            }

            if (!connect.MayAwaitBeforeSession)
            {
                enlisted.Session = connect.OpenSessionAsync(unit, isOfUnit: true, async: false, cancellationToken).Completed();
                return new(enlisted);
            }

            opening = enlisted.Opening;
        }

        return OpenAsync(enlisted, opening, async, cancellationToken);
    }

    public Session? FindSession(DbConnect connect)
    {
        lock (_gate)
            return Find(connect)?.Session is { WasDisposedByUser: false } session ? session : null;
    }

    public Session? FindSession(Predicate<Session> match)
    {
        lock (_gate)
            return Array.Find(_enlisted, enlisted => enlisted.Session is { } session && match(session))?.Session;
    }

    public Doom? FindDoom()
    {
        lock (_gate)
        {
            foreach (var enlisted in _enlisted)
            {
                if (enlisted.FindDoom() is { } doom)
                    return doom;
            }

            return null;
        }
    }

    public void Attach(DbConnect connect, Session session)
    {
        lock (_gate)
        {
            if (Find(connect)?.Session is { } there)
            {
                if (there.SharesContextWith(session))
                    return;

                throw SessionException.AlreadyThere(unit.Name, connect.Name);
            }

            if (session.Owner is UnitOfWork { IsEnded: false } other)
                throw SessionException.InAnotherUnit(other.Name, connect.Name);

            ThrowIfNameIsTaken(connect);
            connect.Attaching(session.Context);
            session.MoveTo(connect, connect.Name, unit);
            _enlisted =
            [
                .. _enlisted.Where(enlisted => enlisted.Connect != connect),
                new Enlisted(connect) { IsAttached = true, Session = session },
            ];
        }
    }

    public Session? Detach(DbConnect connect)
    {
        lock (_gate)
        {
            if (Find(connect) is not { Session: { } session } enlisted)
                return null;

            ThrowIfDisposed(enlisted);
            if (!session.EndsWhenDisposed)
                throw SessionException.CannotBeDetached(unit.Name, connect.Name);

            session.Owner = new StandaloneOwner(unit.Log);
            Remove(enlisted);
            return session;
        }
    }

    /// <summary>Throws where the unit has let go of a session whose context may serve another one by now.</summary>
    public void ThrowIfGivenUp(Session session)
    {
        lock (_gate)
        {
            if (_left?.Exists(left => !left.IsAttached && left.Session!.SharesContextWith(session)) is true ||
                Array.Exists(_enlisted, enlisted => enlisted.Session is { WasDisposedByUser: true } disposed &&
                    disposed.SharesContextWith(session)))
            {
                throw SessionException.Closed(unit.Name, session.ConnectName);
            }
        }
    }

    /// <summary>The unit has no session of this connect any more; the next call makes a new one.</summary>
    public void Forget(Enlisted enlisted)
    {
        lock (_gate)
        {
            Remove(enlisted);
            (_left ??= []).Add(enlisted);
        }
    }

    /// <summary>
    /// The name of a unit, from one outwards, that holds a connection of the session's engine in a transaction; null where none does.
    /// </summary>
    public static string? FindHolder(Session session, UnitOfWork? from) => FindAround(session, from, held => held.Gate.HoldsConnection);

    /// <summary>The name of one that may hold locks there: it has sent more than EF Core's own queries, which lock nothing.</summary>
    public static string? FindLocker(Session session, UnitOfWork? from)
        => FindAround(session, from, held => held.Gate is { IsOpen: true, Commands.Writes.AreNone: false });

    private static string? FindAround(Session session, UnitOfWork? from, Predicate<Session> matches)
    {
        for (var outer = from; outer is not null; outer = outer.Around)
        {
            if (outer.Sessions?.FindSession(held => held != session && held.Engine == session.Engine && matches(held)) is not null)
                return outer.Name;
        }

        return null;
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
                var session = await MakeAsync(enlisted, async, cancellationToken).ConfigureAwait(false);
                if (!TryGive(enlisted, session))
                {
                    await session.CloseAsync(async).ConfigureAwait(false);
                    unit.ThrowIfEnded(enlisted.Connect.Name);
                }
            }

            return enlisted;
        }
        finally
        {
            opening.Release();
        }
    }

    // The handler runs outside the unit: asking for this session in it would wait for itself.
    private async ValueTask<Session> MakeAsync(Enlisted enlisted, bool async, CancellationToken cancellationToken)
    {
        using var hidden = AmbientUnit.Enter(null);
        return await enlisted.Connect.OpenSessionAsync(unit, isOfUnit: true, async, cancellationToken).ConfigureAwait(false);
    }

    private void ThrowIfDisposed(Enlisted enlisted)
    {
        if (enlisted.Session!.WasDisposedByUser)
            throw Doom.ByDisposal(enlisted.Connect.Name).ToException(unit.Name);
    }

    /// <summary>False where the unit ended while the session was made: its end closes only the sessions that it sees.</summary>
    private bool TryGive(Enlisted enlisted, Session session)
    {
        lock (_gate)
        {
            if (unit.IsEnded)
                return false;

            enlisted.Session = session;
            return true;
        }
    }

    private Enlisted? Find(DbConnect connect)
    {
        foreach (var enlisted in _enlisted)
        {
            if (enlisted.Connect == connect)
                return enlisted;
        }

        return null;
    }

    /// <exception cref="SessionException">The unit has a session of another connect with the same name.</exception>
    private Enlisted Add(Enlisted enlisted)
    {
        ThrowIfNameIsTaken(enlisted.Connect);
        _enlisted = [.. _enlisted, enlisted];
        return enlisted;
    }

    private void ThrowIfNameIsTaken(DbConnect connect)
    {
        foreach (var enlisted in _enlisted)
        {
            if (enlisted.Connect != connect && enlisted.Connect.Name == connect.Name)
                throw SessionException.NameTaken(unit.Name, connect.Name);
        }
    }

    private void Remove(Enlisted enlisted) => _enlisted = Array.FindAll(_enlisted, other => other != enlisted);
}
