using System.Globalization;

namespace TxAspects.Sessions.Transactions;

/// <summary>The places in a session's work to which nested calls, blocks and user code can go back, in the order in which they were made.</summary>
/// <remarks>
/// The invariant: the server can go back to a place only together with all that was sent after it. So each place remembers whether somebody outside its mark has used the session
/// since. Where somebody has, going back would undo what is not the mark's, and is refused. No savepoint is ever released, because that would destroy those made after it.
/// </remarks>
internal sealed class SessionPlaces(Session session)
{
    private const string OwnPrefix = "txaspects_";

    private readonly List<Place> _places = [];    // lock on it: the flows of a unit may come from any thread
    private HashSet<object>? _broken;
    private int _count;

    /// <summary>A session that is first used under a mark goes back to its beginning.</summary>
    public void AddStart(Mark mark) => Add(new Place(session, mark, null, session.Gate.Generation, usersName: null));

    /// <summary>Makes a place for a mark. For who is inside the admission, after a flush.</summary>
    public async ValueTask AddAsync(Mark mark, bool async, CancellationToken cancellationToken)
    {
        var gate = session.Gate;
        Used(mark);
        string? name = null;
        if (gate.IsOpen)
        {
            name = NextName();
            await gate.SaveAsync(name, async, cancellationToken).ConfigureAwait(false);
        }

        Add(new Place(session, mark, name, gate.Generation, usersName: null));
    }

    /// <summary>Makes the savepoint of the user's own, in the mark of the flow that asks for it.</summary>
    public async ValueTask AddOfUserAsync(string name, bool async, CancellationToken cancellationToken)
    {
        session.Enter();
        try
        {
            // The driver would send it in front of the next command, and give the connection up with it.
            if (session.Gate.Commands.Failure is { } failure)
                throw SessionException.NoSavepointAfterFailure(session.Owner.Name, session.ConnectName, failure);

            var here = session.Owner.Here;
            Used(here);
            var ofServer = NameForUsers(name);
            await session.Gate.SaveAsync(ofServer, async, cancellationToken).ConfigureAwait(false);
            lock (_places)
                _places.Add(new Place(session, here, ofServer, session.Gate.Generation, name));
        }
        finally
        {
            session.Admission.Leave();
        }
    }

    /// <summary>Goes back to a savepoint of the user's.</summary>
    /// <exception cref="SessionException">There is none of that name, or somebody else has used the session since.</exception>
    public async ValueTask UndoToUsersAsync(string name, bool async)
    {
        session.Enter();
        try
        {
            var place = FindUsers(name) ?? throw SessionException.NoSavepoint(session.Owner.Name, session.ConnectName);
            if (place.UsedBy is { } other)
                throw SessionException.SavepointShared(session.Owner.Name, session.ConnectName, other);

            await RollBackToAsync(place, async).ConfigureAwait(false);
            RemoveAfter(place, itself: false);
        }
        finally
        {
            session.Admission.Leave();
        }
    }

    /// <summary>The user wants to go back to a savepoint no more.</summary>
    public void RemoveUsers(string name)
    {
        lock (_places)
        {
            if (FindUsers(name) is { } place)
                _places.Remove(place);
        }
    }

    /// <summary>Something was sent, or may be sent unseen, by a flow in this mark.</summary>
    public void Used(Mark? here)
    {
        lock (_places)
        {
            foreach (var place in _places)
            {
                if (!Mark.IsInside(here, place.Mark))
                    place.UsedBy ??= here?.Name ?? session.Owner.Name;
            }
        }
    }

    /// <summary>The open mark of another flow that has work on this session which an end here would cut in two, or null.</summary>
    public Mark? FindOther(Mark? here)
    {
        lock (_places)
            return _places.Find(place => !place.IsUsers && place.Mark is { IsOpen: true } mark && !Mark.IsInside(here, mark))?.Mark;
    }

    /// <summary>The transaction, or what was not saved in it yet, was given up or committed by a flow in this mark: places of other marks are lost to it.</summary>
    public void TransactionEnded(Mark? here)
    {
        lock (_places)
        {
            _places.RemoveAll(place => place.IsUsers);
            foreach (var place in _places)
            {
                if (!Mark.IsInside(here, place.Mark))
                    place.EndedBy ??= here?.Name ?? session.Owner.Name;
            }
        }
    }

    /// <summary>The mark's work is kept. Returns who has ended its transaction meanwhile, or null.</summary>
    public string? Keep(Mark mark)
    {
        var place = Remove(mark);
        place?.Objects.Stop();
        return place?.EndedBy;
    }

    /// <summary>Undoes what was done since the place of a mark. What was committed in between by the mark itself stays.</summary>
    public async ValueTask<Undone> UndoAsync(Mark mark, bool async)
    {
        if (Find(mark) is not { } place)
            return default;

        RemoveAfter(place, itself: true);
        if (place.EndedBy is { } ender)
        {
            place.Objects.Stop();
            return new Undone(ender, WasEnded: true);
        }

        if (place.UsedBy is { } user)
        {
            place.Objects.Stop();
            return new Undone(user, WasEnded: false);
        }

        await RollBackToAsync(place, async).ConfigureAwait(false);
        if (!session.IsGone)
            (_broken ??= []).UnionWith(place.Objects.PutBack());
        return default;
    }

    /// <summary>True where the transaction of a mark's place went with its connection, and with it what was done before the mark.</summary>
    public bool HasLostWorkBefore(Mark mark) => Find(mark) is { Name: not null } place && place.Generation == session.Gate.LostGeneration;

    /// <summary>True where the transaction of a mark's place has ended meanwhile, so that nobody can go back to it.</summary>
    public bool IsPast(Mark mark)
        => Find(mark) is { Name: not null } place && (place.Generation != session.Gate.Generation || !session.Gate.IsOpen || session.Gate.HasLost);

    /// <summary>Throws where an object comes back that could not be given its state in the database again.</summary>
    /// <exception cref="SessionException">It is such an object.</exception>
    public void CheckReturn(object entity)
    {
        if (_broken?.Contains(entity) is true)
            throw SessionException.CannotBePutBack(session.Owner.Name, session.ConnectName, entity.GetType().Name);
    }

    /// <summary>The tracker was cleared, so nothing is to be put back.</summary>
    public void Forget()
    {
        _broken = null;
        lock (_places)
            _places.ForEach(place => place.Objects.Forget());
    }

    private void Add(Place place)
    {
        place.Objects.Start(session.Context);
        lock (_places)
            _places.Add(place);
    }

    private Place? Find(Mark mark)
    {
        lock (_places)
            return _places.Find(place => !place.IsUsers && place.Mark == mark);
    }

    private Place? FindUsers(string name)
    {
        lock (_places)
            return _places.FindLast(place => place.UsersName == name);
    }

    // Nothing is ever released, so a second savepoint of a name would hide the first for good; and a name like the library's own would be hidden by those.
    private string NameForUsers(string name)
        => FindUsers(name) is not null || name.StartsWith(OwnPrefix, StringComparison.OrdinalIgnoreCase) ? NextName() : name;

    private string NextName() => string.Create(CultureInfo.InvariantCulture, $"{OwnPrefix}{++_count}");

    private Place? Remove(Mark mark)
    {
        lock (_places)
        {
            var place = _places.Find(one => !one.IsUsers && one.Mark == mark);
            if (place is not null)
                _places.Remove(place);
            return place;
        }
    }

    private void RemoveAfter(Place place, bool itself)
    {
        lock (_places)
        {
            var first = _places.IndexOf(place) + (itself ? 0 : 1);
            foreach (var later in _places.Skip(first).Where(later => later != place))
                later.Objects.Stop();
            _places.RemoveRange(first, _places.Count - first);
        }
    }

    private async ValueTask RollBackToAsync(Place place, bool async)
    {
        var gate = session.Gate;
        gate.Saves.ForgetFailed();
        if (place.Generation != gate.Generation || !gate.IsOpen || gate.HasLost || place.Name is null)
        {
            await gate.RollBackAsync(async, failure: null).ConfigureAwait(false);
            return;
        }

        await gate.RollBackToAsync(place.Name, async).ConfigureAwait(false);
    }

    /// <summary>Why something could not be undone; without a name it was.</summary>
    /// <param name="By">The other flow.</param>
    /// <param name="WasEnded">Whether that flow ended the transaction; else it used the session since.</param>
    public readonly record struct Undone(string? By, bool WasEnded);

    /// <param name="session">The session.</param>
    /// <param name="mark">Whose place it is; null for one of the user's outside all marks.</param>
    /// <param name="name">The savepoint; null where it is the beginning of the transaction.</param>
    /// <param name="generation">The transaction it was made in.</param>
    /// <param name="usersName">What user code calls it that made it by EF Core's own method; null for the library's own.</param>
    private sealed class Place(Session session, Mark? mark, string? name, int generation, string? usersName)
    {
        public Mark? Mark => mark;

        public string? Name => name;

        public int Generation => generation;

        public bool IsUsers => usersName is not null;

        public string? UsersName => usersName;

        /// <summary>Who else has used the session since.</summary>
        public string? UsedBy { get; set; }

        /// <summary>Who else has ended the transaction since.</summary>
        public string? EndedBy { get; set; }

        public TouchedObjects Objects { get; } = new(() => Transactions.Mark.IsInside(session.Owner.Here, mark));
    }
}
