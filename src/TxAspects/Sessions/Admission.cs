using System.Data.Common;

namespace TxAspects.Sessions;

/// <summary>
/// Who uses a session at this moment. Whatever may reach the server enters before it opens a connection, begins a transaction or sends a
/// command, and leaves when all of that is over.
/// </summary>
/// <remarks>
/// The invariant: one flow of calls is inside at a time, and after <see cref="Close"/> nobody enters and no command starts. So whoever has
/// closed the admission and sees no command running can end the transaction: nothing of the user's is sent after that look. Only who ends
/// the session is let in then, because interceptors may run commands around a commit. Nobody awaits anything while the lock is held.
/// </remarks>
internal sealed class Admission
{
    private readonly Lock _gate = new();    // protects all fields below
    private Visit? _visit;
    private bool _opensByHand;
    private bool _closed;
    private Visit? _closer;    // who has closed it from inside
    private DbCommand? _running;
    private DbDataReader? _reader;
    private TaskCompletionSource? _left;
    private Action? _whenLeft;

    /// <summary>Whether somebody is inside, or the command or the rows of somebody who left are not over.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_gate)
                return !IsEmpty;
        }
    }

    /// <summary>Whether the code that runs here is inside, as an interceptor is that was called for a command.</summary>
    public bool IsInside
    {
        get
        {
            lock (_gate)
                return _visit is { IsHere: true };
        }
    }

    /// <summary>Whether rows of an earlier command are still to be read.</summary>
    public bool IsReading
    {
        get
        {
            lock (_gate)
                return _reader is { IsClosed: false };
        }
    }

    /// <summary>Whether somebody else has closed it, so that what was sent meanwhile will be undone.</summary>
    public bool IsClosedByOthers
    {
        get
        {
            if (!Volatile.Read(ref _closed))
                return false;

            lock (_gate)
                return IsClosedHere();
        }
    }

    private bool IsEmpty => _visit is null && !_opensByHand && _running is null;

    /// <summary>Enters, and goes on being let in until it has left as often. Whoever is inside already may enter again.</summary>
    public AdmissionAnswer Enter()
    {
        Visit visit;
        lock (_gate)
        {
            if (IsClosedHere())
                return AdmissionAnswer.Closed;
            if (_visit is { IsHere: true })
            {
                _visit.EnterAgain();
                return AdmissionAnswer.Admitted;
            }

            if (_visit is not null || _opensByHand)
                return AdmissionAnswer.InUse;

            visit = _visit = new Visit();
        }

        visit.Begin();
        return AdmissionAnswer.Admitted;
    }

    /// <summary>Leaves what <see cref="Enter"/> or <see cref="TryClose"/> entered.</summary>
    public void Leave()
    {
        Visit visit;
        lock (_gate)
        {
            visit = _visit!;
            if (!visit.TryLeave(out var isOver))
                return;
            if (isOver)
                _visit = null;
        }

        visit.End();
        Left();
    }

    /// <summary>What the flow inside has begun stays inside until it is released, even when the flow has left. Null elsewhere.</summary>
    public Visit? TryHold()
    {
        lock (_gate)
        {
            if (_visit is not { IsHere: true } visit)
                return null;

            visit.Hold();
            return visit;
        }
    }

    /// <summary>What was held is over.</summary>
    public void Release(Visit visit)
    {
        lock (_gate)
        {
            if (!visit.TryRelease() || _visit != visit)
                return;

            _visit = null;
        }

        Left();
    }

    /// <summary>User code opens the connection by hand, outside any command.</summary>
    public AdmissionAnswer OpenByHand()
    {
        lock (_gate)
        {
            if (IsClosedHere())
                return AdmissionAnswer.Closed;
            if (_visit is { IsHere: true })
                return AdmissionAnswer.Admitted;
            if (_visit is not null || _opensByHand)
                return AdmissionAnswer.InUse;

            _opensByHand = true;
            return AdmissionAnswer.Admitted;
        }
    }

    /// <summary>The connection that was to open by hand is open, or it will not open. False where nobody was opening one.</summary>
    public bool OpenedByHand()
    {
        lock (_gate)
        {
            if (!_opensByHand)
                return false;

            _opensByHand = false;
        }

        Left();
        return true;
    }

    /// <summary>A command is about to be sent by whoever is inside. False after <see cref="Close"/>.</summary>
    public bool TryStart(DbCommand command)
    {
        lock (_gate)
        {
            if (IsClosedHere())
                return false;

            (_running, _reader) = (command, null);
            return true;
        }
    }

    /// <summary>False where somebody else has closed the admission since the command was about to be sent.</summary>
    public bool MaySend(DbCommand command)
    {
        lock (_gate)
            return _running != command || !IsClosedHere();
    }

    /// <summary>The command has answered with rows, which are read from now on.</summary>
    public void Read(DbCommand command, DbDataReader reader)
    {
        lock (_gate)
        {
            if (_running == command)
                _reader = reader;
        }
    }

    /// <summary>The command is over, and so are its rows. False where it was not this one that ran.</summary>
    public bool Finish(DbCommand command)
    {
        lock (_gate)
        {
            if (_running != command)
                return false;

            (_running, _reader) = (null, null);
        }

        Left();
        return true;
    }

    /// <summary>
    /// Nobody else enters from now on, and no other command starts. False, and nothing is closed, if somebody is at work.
    /// </summary>
    public bool TryClose()
    {
        Visit visit;
        lock (_gate)
        {
            if (!IsEmpty)
                return false;

            _closed = true;
            _closer = visit = _visit = new Visit();
        }

        visit.Begin();
        return true;
    }

    /// <summary>The same where somebody may be at work: returns what is going on, null where nothing is.</summary>
    public AdmittedWork? Close()
    {
        lock (_gate)
        {
            _closed = true;
            if (IsEmpty)
                return null;

            _left ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new AdmittedWork(_running, _reader, _visit is not null || _opensByHand, _left.Task);
        }
    }

    /// <summary>Others may enter again.</summary>
    public void Open()
    {
        lock (_gate)
            (_closed, _closer) = (false, null);
    }

    /// <summary>Runs an action as soon as nothing is going on, which may be at once.</summary>
    public void WhenLeft(Action action)
    {
        lock (_gate)
        {
            if (!IsEmpty)
            {
                _whenLeft = action;
                return;
            }
        }

        action();
    }

    /// <summary>Forgets everything, for the next session of a pooled context.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            (_visit, _opensByHand, _closed, _closer) = (null, false, false, null);
            (_running, _reader, _left, _whenLeft) = (null, null, null, null);
        }
    }

    /// <summary>Who was inside when somebody else closed it, and comes to the next step now, is refused as well.</summary>
    private bool IsClosedHere() => _closed && (_visit is not { IsHere: true } visit || visit != _closer);

    private void Left()
    {
        TaskCompletionSource? left;
        Action? whenLeft;
        lock (_gate)
        {
            if (!IsEmpty)
                return;

            (left, _left) = (_left, null);
            (whenLeft, _whenLeft) = (_whenLeft, null);
        }

        left?.SetResult();
        whenLeft?.Invoke();
    }
}
