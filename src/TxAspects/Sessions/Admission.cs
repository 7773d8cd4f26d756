using System.Data.Common;

namespace TxAspects.Sessions;

/// <summary>
/// Who uses a session at this moment. Whatever may reach the server enters before it opens a connection, begins a transaction or sends a command,
/// and leaves when all of that is over.
/// </summary>
/// <remarks>
/// The invariant: one flow of calls is inside at a time, and after <see cref="Close"/> nobody enters and no command starts. So whoever has closed the
/// admission and sees no command running can end the transaction: nothing of the user's is sent after that look. Only who ends the session is let in then,
/// because interceptors may run commands around a commit. The lock guards the state alone; nobody awaits anything while it is held.
/// </remarks>
internal sealed class Admission
{
    private static readonly AsyncLocal<Entry?> Inside = new();

    private readonly Lock _gate = new();    // protects all fields below
    private Entry? _entry;
    private int _depth;
    private bool _opens;
    private int _coming;
    private bool _closed;
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
                return _entry is not null && IsHeldHere();
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

    private bool IsEmpty => _entry is null && !_opens && _coming == 0 && _running is null;

    /// <summary>Enters, and goes on being let in until it has left as often. Whoever is inside already may enter again.</summary>
    public Answer Enter()
    {
        Entry entry;
        lock (_gate)
        {
            if (_entry is not null && IsHeldHere())
            {
                _depth++;
                return Answer.Admitted;
            }

            if (_closed)
                return Answer.Closed;
            if (_entry is not null || _opens)
                return Answer.InUse;

            entry = Take();
        }

        Inside.Value = entry;
        return Answer.Admitted;
    }

    /// <summary>Leaves what <see cref="Enter"/> or <see cref="TryClose"/> entered.</summary>
    public void Leave()
    {
        Entry entry;
        lock (_gate)
        {
            if (--_depth > 0)
                return;

            entry = _entry!;
            _entry = null;
        }

        Inside.Value = entry.Outer;
        Left();
    }

    /// <summary>The connection is about to open, for somebody inside or by hand of user code.</summary>
    /// <remarks>
    /// It is remembered for somebody inside too, because EF Core leaves its detector before an asynchronous ExecuteUpdate or ExecuteDelete has ended.
    /// </remarks>
    public Answer Opening()
    {
        lock (_gate)
        {
            if (_entry is null || !IsHeldHere())
            {
                if (_closed)
                    return Answer.Closed;
                if (_entry is not null || _opens)
                    return Answer.InUse;
            }

            _opens = true;
            return Answer.Admitted;
        }
    }

    /// <summary>The connection is open, or it will not open.</summary>
    public void Opened()
    {
        lock (_gate)
        {
            if (!_opens)
                return;

            _opens = false;
        }

        Left();
    }

    /// <summary>A command is coming whose transaction begins; it has come with <see cref="Came"/>, when <see cref="TryStart"/> knows of it.</summary>
    public void Coming()
    {
        lock (_gate)
            _coming++;
    }

    public void Came()
    {
        lock (_gate)
        {
            // The context may have been disposed meanwhile, with all that was known of it.
            if (_coming == 0)
                return;

            _coming--;
        }

        Left();
    }

    /// <summary>A command is about to be sent by whoever is inside. False after <see cref="Close"/>.</summary>
    public bool TryStart(DbCommand command)
    {
        lock (_gate)
        {
            if (_closed && !IsHeldHere())
                return false;

            (_running, _reader) = (command, null);
            return true;
        }
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

    /// <summary>From now on nobody else enters and no other command starts. False, and nothing is closed, where somebody is at work.</summary>
    public bool TryClose()
    {
        Entry entry;
        lock (_gate)
        {
            if (!IsEmpty)
                return false;

            _closed = true;
            entry = Take();
        }

        Inside.Value = entry;
        return true;
    }

    /// <summary>The same where somebody may be at work: returns what is going on, null where nothing is.</summary>
    public Work? Close()
    {
        lock (_gate)
        {
            _closed = true;
            if (IsEmpty)
                return null;

            _left ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new Work(_running, _reader, _entry is not null || _opens || _coming > 0, _left.Task);
        }
    }

    /// <summary>Others may enter again.</summary>
    public void Open()
    {
        lock (_gate)
            _closed = false;
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
            (_entry, _depth, _opens, _coming, _closed) = (null, 0, false, 0, false);
            (_running, _reader, _left, _whenLeft) = (null, null, null, null);
        }
    }

    private Entry Take()
    {
        _depth = 1;
        return _entry = new Entry(Inside.Value);
    }

    private bool IsHeldHere()
    {
        for (var entry = Inside.Value; entry is not null; entry = entry.Outer)
        {
            if (entry == _entry)
                return true;
        }

        return false;
    }

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

    /// <summary>What somebody who wants to enter is told.</summary>
    public enum Answer
    {
        Admitted,
        InUse,
        Closed,
    }

    /// <summary>What is going on.</summary>
    /// <param name="Command">The command that runs or is about to be sent; null where there is none.</param>
    /// <param name="Reader">Its open reader.</param>
    /// <param name="IsInside">Whether a flow is inside; else the reader was left open by one that is not.</param>
    /// <param name="Left">Completes when nothing is going on any more.</param>
    public readonly record struct Work(DbCommand? Command, DbDataReader? Reader, bool IsInside, Task Left);

    /// <summary>One flow's place inside, and what it was inside before.</summary>
    private sealed class Entry(Entry? outer)
    {
        public Entry? Outer => outer;
    }
}
