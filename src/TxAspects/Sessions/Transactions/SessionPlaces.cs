using System.Globalization;

namespace TxAspects.Sessions.Transactions;

/// <summary>
/// The places in a session's work to which nested calls, blocks and user code can go back, in the order in which they were made.
/// </summary>
/// <remarks>
/// The invariant: the server can go back to a place only together with all that was sent after it. So each place remembers who outside its
/// mark has used the session since, in the transaction that is open. Where somebody has, going back would undo what is not the mark's, and
/// is refused. Making a place is no use: one whose savepoint goes with an earlier one moves there. When the transaction ends, all places
/// move to the beginning of the next. No savepoint is ever released, because that would destroy those made after it.
/// </remarks>
internal sealed class SessionPlaces(Session session)
{
    private const string OwnPrefix = "txaspects_";

    private readonly List<Place> _places = [];    // lock on it: the flows of a unit may come from any thread
    private HashSet<object>? _broken;
    private int _count;

    /// <summary>Whose objects are in the save that is being sent.</summary>
    public SaveOwners SaveOwners => field ??= new SaveOwners(session, _places);

    /// <summary>A session that is first used under a mark goes back to its beginning.</summary>
    public void AddStart(Mark mark) => Add(new Place(session, mark, name: null, usersName: null));

    /// <summary>Makes a place for a mark. For who is inside the admission, after a flush.</summary>
    public async ValueTask AddAsync(Mark mark, bool async, CancellationToken cancellationToken)
    {
        var gate = session.Gate;
        string? name = null;
        if (gate.IsOpen)
        {
            name = NextName();
            await gate.SaveAsync(name, isOfSave: false, async, cancellationToken).ConfigureAwait(false);
        }

        Add(new Place(session, mark, name, usersName: null));
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
            await session.Gate.SaveAsync(ofServer, isOfSave: false, async, cancellationToken).ConfigureAwait(false);
            lock (_places)
                _places.Add(new Place(session, here, ofServer, name));
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
            UndoneTo(place, itself: false);
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
            _places.ForEach(place => place.Used(here));
        }
    }

    /// <summary>The open mark of another flow that has work on this session which an end here would cut in two, or null.</summary>
    public Mark? FindOther(Mark? here)
    {
        lock (_places)
            return _places.Find(place => !place.IsUsers && place.Mark is { IsOpen: true } mark && !Mark.IsInside(here, mark))?.Mark;
    }

    /// <summary>A flow in this mark has ended the transaction.</summary>
    public void TransactionEnded(Mark? here)
    {
        lock (_places)
        {
            _places.RemoveAll(place => place.IsUsers);
            _places.ForEach(place => place.TransactionEnded(here));
        }
    }

    /// <summary>A flow in this mark gives up what was not saved yet: nobody knows whose changes these were.</summary>
    public void ChangesGivenUp(Mark? here)
    {
        lock (_places)
            _places.ForEach(place => place.ChangesGivenUp(here));
    }

    /// <summary>Who else has given up work of the mark, or null.</summary>
    public string? FindEnd(Mark mark) => Find(mark)?.EndedBy;

    /// <summary>Nobody goes back to the mark any more. Returns who else has given up work of it, or null.</summary>
    public string? Keep(Mark mark)
    {
        lock (_places)
        {
            var place = Find(mark);
            RemoveOf(place);
            return place?.EndedBy;
        }
    }

    /// <summary>
    /// Undoes what was done since the place of a mark, and returns null; what was committed in between by the mark itself stays. Where
    /// somebody else has used the session since, nothing is undone, and who it was is returned.
    /// </summary>
    public async ValueTask<string?> UndoAsync(Mark mark, bool async)
    {
        if (Find(mark) is not { } place)
            return null;

        if (place.UsedBy is { } other)
        {
            Keep(mark);
            return other;
        }

        lock (_places)
            _places.ForEach(one => one.Undone(mark));
        await RollBackToAsync(place, async).ConfigureAwait(false);
        UndoneTo(place, itself: true);
        if (!session.IsGone)
            (_broken ??= []).UnionWith(place.Objects.PutBack());
        place.Objects.Stop();
        return null;
    }

    /// <summary>True where the transaction of a mark's place went with its connection, and with it what was done before the mark.</summary>
    public bool HasLostWorkBefore(Mark mark) => Find(mark) is { Name: not null } place && place.Generation == session.Gate.LostGeneration;

    /// <summary>True where the transaction of a mark's place has ended meanwhile, so that nobody can go back to it.</summary>
    public bool IsPast(Mark mark) => Find(mark) is { } place && (place.IsPast || (place.Name is not null && !IsReachable(place)));

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

    // Nothing is ever released, so a second savepoint of a name would hide the first for good; and a name like the library's own would be
    // hidden by those.
    private string NameForUsers(string name)
        => FindUsers(name) is not null || name.StartsWith(OwnPrefix, StringComparison.OrdinalIgnoreCase) ? NextName() : name;

    private string NextName() => string.Create(CultureInfo.InvariantCulture, $"{OwnPrefix}{++_count}");

    /// <summary>Went back to a place: what was made since by its own mark is gone, and what others made since is there now.</summary>
    private void UndoneTo(Place place, bool itself)
    {
        lock (_places)
        {
            foreach (var later in _places.Skip(_places.IndexOf(place) + 1).ToArray())
            {
                if (!Mark.IsInside(later.Mark, place.Mark))
                    later.MoveTo(place);
                else if (later.Mark is { IsOpen: true } && !later.IsUsers)
                    later.UndoneWith(place);
                else
                    RemoveOf(later);
            }

            if (itself)
                _places.Remove(place);
        }
    }

    private void RemoveOf(Place? place)
    {
        if (place is null)
            return;

        place.Objects.Stop();
        _places.Remove(place);
    }

    private bool IsReachable(Place place) => place.Generation == session.Gate.Generation && session.Gate.IsOpen && !session.Gate.HasLost;

    private async ValueTask RollBackToAsync(Place place, bool async)
    {
        var gate = session.Gate;
        gate.Saves.ForgetFailed();
        if (place.Name is null || !IsReachable(place))
        {
            await gate.RollBackAsync(async, failure: null).ConfigureAwait(false);
            return;
        }

        await gate.RollBackToAsync(place.Name, async).ConfigureAwait(false);
    }
}
