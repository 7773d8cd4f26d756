using TxAspects.Sessions.Transactions;

namespace TxAspects.Units;

/// <summary>
/// Why a unit can only roll back, as far as its calls are concerned. A doom belongs to the nested call or block in which it came up, and
/// goes when that is undone.
/// </summary>
internal sealed class Verdict
{
    // lock on it: the flows of a unit may come from any thread
    private readonly List<(Mark? Mark, object? Connect, Doom Doom)> _dooms = [];
    private readonly List<(int Number, Mark? Mark, Doom Doom)> _requests = [];
    private volatile int _asked;

    /// <summary>How many requests to roll back there have been. A call that joins compares it, which costs nothing.</summary>
    public int Asked => _asked;

    /// <summary>The first doom, or null.</summary>
    public Doom? Doom
    {
        get
        {
            lock (_dooms)
                return _dooms is [var first, ..] ? first.Doom : null;
        }
    }

    /// <summary>The first request to roll back, or null.</summary>
    public Doom? Request
    {
        get
        {
            lock (_dooms)
                return _requests is [var first, ..] ? first.Doom : null;
        }
    }

    /// <summary>The first doom inside a nested call or block, of what it covers; or null.</summary>
    public Doom? FindInside(Mark mark)
    {
        lock (_dooms)
            return _dooms.Find(one => Mark.IsInside(one.Mark, mark) && mark.CoversConnect(one.Connect)).Doom;
    }

    /// <summary>Whether a request was made inside a nested call or block.</summary>
    public bool IsRequestedInside(Mark mark)
    {
        lock (_dooms)
            return _requests.Exists(request => Mark.IsInside(request.Mark, mark));
    }

    /// <summary>False where there is a doom for the same call already: the first is kept.</summary>
    /// <param name="mark">The call.</param>
    /// <param name="doom">Why.</param>
    /// <param name="connect">Whose session it is about; null where it is about all that the call did.</param>
    public bool TryAdd(Mark? mark, Doom doom, object? connect = null)
    {
        mark = FirstOpen(mark);
        lock (_dooms)
        {
            if (_dooms.Exists(one => one.Mark == mark && one.Connect == connect))
                return false;

            _dooms.Add((mark, connect, doom));
            return true;
        }
    }

    public void Ask(Mark? mark, Doom request)
    {
        lock (_dooms)
            _requests.Add((++_asked, mark, request));
    }

    /// <summary>Takes the requests that were made in a call which joined, and returns the first; null where there was none.</summary>
    public Doom? TakeInside(Mark mark) => Take(request => Mark.IsInside(request.Mark, mark));

    /// <summary>
    /// The same for a call that has no mark of its own: what was asked since it began where it runs. A request of another flow that runs
    /// there as well is taken for its own; then the caller is told of a rollback that another one has asked for, which it would not survive
    /// anyway.
    /// </summary>
    public Doom? TakeSince(int asked, Mark? mark) => Take(request => request.Number > asked && FirstOpen(request.Mark) == FirstOpen(mark));

    /// <summary>The work of a nested call or block was undone.</summary>
    /// <param name="mark">Its mark.</param>
    /// <param name="keepsDooms">Whether some of it was not, so that its dooms and requests pass to the call around it.</param>
    public void Undo(Mark mark, bool keepsDooms)
    {
        lock (_dooms)
        {
            var dooms = _dooms.FindAll(one => Mark.IsInside(one.Mark, mark));
            _dooms.RemoveAll(dooms.Contains);
            _dooms.AddRange(dooms
                .Where(one => one.Connect is null ? keepsDooms : !mark.CoversConnect(one.Connect))
                .Select(one => one with { Mark = mark.Parent }));
            var requests = _requests.FindAll(request => Mark.IsInside(request.Mark, mark));
            _requests.RemoveAll(requests.Contains);
            if (keepsDooms)
                _requests.AddRange(requests.Select(request => request with { Mark = mark.Parent }));
        }
    }

    /// <summary>All that was uncommitted on the session of a connect was undone.</summary>
    public void RolledBack(object connect)
    {
        lock (_dooms)
            _dooms.RemoveAll(one => one.Connect == connect);
    }

    /// <summary>All of the unit's work was undone.</summary>
    public void Clear()
    {
        lock (_dooms)
            _dooms.Clear();
    }

    private Doom? Take(Predicate<(int Number, Mark? Mark, Doom Doom)> match)
    {
        lock (_dooms)
        {
            var taken = _requests.FindAll(match);
            _requests.RemoveAll(taken.Contains);
            return taken is [var first, ..] ? first.Doom : null;
        }
    }

    // A call that has ended, and did not wait for what happens now, leaves it to the call around it.
    private static Mark? FirstOpen(Mark? mark)
    {
        while (mark is { IsOpen: false })
            mark = mark.Parent;
        return mark;
    }
}
