namespace TxAspects.Sessions.Transactions;

/// <summary>
/// A point in a session's work to which a mark, or user code, can go back. For who holds the lock of <see cref="SessionPlaces"/>.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="mark">Whose place it is; null for one of the user's outside all marks.</param>
/// <param name="name">The savepoint; null where it is the beginning of the transaction.</param>
/// <param name="usersName">What user code calls it that made it by EF Core's own method; null for the library's own.</param>
internal sealed class Place(Session session, Mark? mark, string? name, string? usersName)
{
    private readonly List<Mark?> _others = [];

    public Mark? Mark => mark;

    /// <summary>The savepoint to go back to; null where that is the beginning of the transaction.</summary>
    public string? Name { get; private set; } = name;

    /// <summary>The transaction that it is in.</summary>
    public int Generation { get; private set; } = session.Gate.Generation;

    public bool IsUsers => usersName is not null;

    public string? UsersName => usersName;

    /// <summary>True where a transaction has ended in which there was work from before the place, or of others.</summary>
    public bool IsPast { get; private set; }

    /// <summary>Whether the mark itself has used the session in this transaction.</summary>
    public bool HasOwnWork { get; private set; }

    /// <summary>Who else gave up the transaction, or the changes that were not saved, and with them work of the mark.</summary>
    public string? EndedBy { get; private set; }

    /// <summary>Who else has used the session since, in this transaction; null where nobody has.</summary>
    public string? UsedBy => _others is [var other, ..] ? NameOf(other) : null;

    public TouchedObjects Objects { get; } = new(() => Mark.IsInside(session.Owner.Here, mark));

    /// <summary>A flow in this mark has used the session.</summary>
    public void Used(Mark? here)
    {
        if (Mark.IsInside(here, mark))
            HasOwnWork = true;
        else if (!_others.Contains(here))
            _others.Add(here);
    }

    /// <summary>What another mark did since was undone.</summary>
    public void Undone(Mark other) => _others.RemoveAll(one => Mark.IsInside(one, other));

    /// <summary>A flow in this mark gave up what was not saved.</summary>
    public void ChangesGivenUp(Mark? here)
    {
        if (!Mark.IsInside(here, mark))
            EndedBy ??= NameOf(here);
    }

    /// <summary>A flow in this mark has ended the transaction. What comes next begins at the place.</summary>
    public void TransactionEnded(Mark? here)
    {
        if (HasOwnWork)
            ChangesGivenUp(here);

        // Nobody has asked yet to roll back what went with its connection.
        if (session.Gate.HasLost)
            return;

        IsPast |= Name is not null || _others.Count > 0;
        Name = null;
        HasOwnWork = false;
        _others.Clear();
    }

    /// <summary>The call around this one was undone while this one was at work in it.</summary>
    public void UndoneWith(Place around)
    {
        if (HasOwnWork || !Objects.IsEmpty)
            EndedBy ??= NameOf(around.Mark);
        HasOwnWork = false;
        MoveTo(around);
    }

    /// <summary>The savepoint went when somebody went back to an earlier place, and nothing lies between the two any more.</summary>
    public void MoveTo(Place earlier) => (Name, Generation) = (earlier.Name, earlier.Generation);

    private string NameOf(Mark? other) => other?.Name ?? session.Owner.Name;
}
