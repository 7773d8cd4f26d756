using TxAspects.Sessions.Transactions;

namespace TxAspects.Units;

/// <summary>Why a unit can only roll back, as far as its calls are concerned. A doom belongs to the nested call or block in which it came up, and goes when that is undone.</summary>
internal sealed class Verdict
{
    private readonly List<(Mark? Mark, Doom Doom)> _dooms = [];    // lock on it: the flows of a unit may come from any thread
    private (Mark? Mark, Doom Doom)? _request;

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
                return _request?.Doom;
        }
    }

    /// <summary>The first doom inside a nested call or block, or null.</summary>
    public Doom? FindInside(Mark mark)
    {
        lock (_dooms)
            return _dooms.Find(one => Mark.IsInside(one.Mark, mark)).Doom;
    }

    /// <summary>Whether a request was made inside a nested call or block.</summary>
    public bool IsRequestedInside(Mark mark)
    {
        lock (_dooms)
            return _request is { } request && Mark.IsInside(request.Mark, mark);
    }

    /// <summary>False where there is a doom for the same call already: the first is kept.</summary>
    public bool TryAdd(Mark? mark, Doom doom)
    {
        // A call that has ended, and did not wait for this one, leaves it to the call around it.
        while (mark is { IsOpen: false })
            mark = mark.Parent;

        lock (_dooms)
        {
            if (_dooms.Exists(one => one.Mark == mark))
                return false;

            _dooms.Add((mark, doom));
            return true;
        }
    }

    /// <summary>The first request is kept.</summary>
    public void Ask(Mark? mark, Doom request)
    {
        lock (_dooms)
            _request ??= (mark, request);
    }

    public void ClearRequest()
    {
        lock (_dooms)
            _request = null;
    }

    /// <summary>The work of a nested call or block was undone.</summary>
    /// <param name="mark">Its mark.</param>
    /// <param name="keepsDooms">Whether some of it was not, so that its dooms pass to the call around it.</param>
    public void Undo(Mark mark, bool keepsDooms)
    {
        lock (_dooms)
        {
            var dooms = _dooms.FindAll(one => Mark.IsInside(one.Mark, mark));
            _dooms.RemoveAll(dooms.Contains);
            if (keepsDooms)
                _dooms.AddRange(dooms.Select(one => (mark.Parent, one.Doom)));
            if (_request is { } request && Mark.IsInside(request.Mark, mark))
                _request = null;
        }
    }

    /// <summary>All of the unit's work was undone.</summary>
    public void Clear()
    {
        lock (_dooms)
            _dooms.Clear();
    }
}
