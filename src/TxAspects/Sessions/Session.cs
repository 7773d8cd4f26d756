using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using TxAspects.Observing;
using TxAspects.Sessions.EntityFramework;
using TxAspects.Sessions.Transactions;

namespace TxAspects.Sessions;

/// <summary>A context in the hands of a unit, or of somebody who asked for one outside: whose it is and whether it lives.</summary>
/// <remarks>
/// What it does is done by its parts: <see cref="Gate"/> begins and ends its transaction, <see cref="Saves"/> undoes saves that fail,
/// <see cref="Places"/> are where nested calls go back to, <see cref="Admission"/> says who uses it. <c>async: false</c> runs a method
/// synchronously to its end, so that both kinds share one body.
/// </remarks>
internal sealed class Session
{
    private readonly SessionSlot _slot;
    private readonly LeasedContext _leased;
    private ISessionOwner _owner;
    private bool _closing;
    private bool _gone;
    private QueryTrackingBehavior? _trackingBefore;
    private SessionPlaces? _places;
    private SentEntries? _sent;

    private Session(object connect, string connectName, ISessionOwner owner, LeasedContext leased, Engine engine, SessionSlot slot)
    {
        Connect = connect;
        ConnectName = connectName;
        Context = leased.Context;
        _leased = leased;
        Engine = engine;
        _owner = owner;
        _slot = slot;
        Opening = new ConnectionOpening(this);
        Gate = new TransactionGate(this, slot);
    }

    /// <summary>
    /// The connect it serves, which is no more than a key here; a session that was attached may have been made by another one.
    /// </summary>
    public object Connect { get; private set; }

    public string ConnectName { get; private set; }

    public DbContext Context { get; }

    /// <summary>The engine leased for this session.</summary>
    public Engine Engine { get; }

    public TransactionGate Gate { get; }

    public ConnectionOpening Opening { get; }

    public Saves Saves => Gate.Saves;

    public Admission Admission => _slot.Admission;

    /// <summary>Where nested calls and blocks can go back to. Made with the first.</summary>
    public SessionPlaces Places => _places ??= new SessionPlaces(this);

    public SessionPlaces? PlacesOrNull => _places;

    public ISessionOwner Owner
    {
        get => _owner;
        set
        {
            _owner = value;
            ApplyReadOnly();
        }
    }

    public bool IsGone => _gone;

    /// <summary>
    /// Whether disposing the context ends the session. It does not where the context is pooled: its lease alone gives it back.
    /// </summary>
    public bool EndsWhenDisposed => !_leased.IsPooled;

    /// <summary>True when a context that is not pooled was disposed by somebody else than <see cref="CloseAsync"/>.</summary>
    public bool WasDisposedByUser => _gone && !_closing;

    /// <summary>Whether there is uncommitted work: an open transaction, or changes not saved yet.</summary>
    public bool HasUncommittedWork => Gate.IsOpen || HasUnsavedChanges;

    public bool HasUnsavedChanges
    {
        get
        {
            if (_gone)
                return false;

            _sent?.Accept();
            return Context.ChangeTracker.HasChanges();
        }
    }

    public static Session Open(object connect, string connectName, ISessionOwner owner, LeasedContext leased, Engine engine)
    {
        var context = leased.Context;
        if (SessionSlot.Of(context) is not { } slot)
        {
            context.Dispose();
            throw SessionException.MadeWithOtherOptions(context.GetType().Name, connectName);
        }

        var session = new Session(connect, connectName, owner, leased, engine, slot);
        slot.Session = session;

        // The transaction begins at the first command, so EF Core must not begin and commit one of its own around a save.
        context.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;

        // The way in for changes that send no command; what a query tracks was checked with its command.
        context.ChangeTracker.Tracking += slot.Tracking;
        context.SavedChanges += slot.Saved;
        session.ApplyReadOnly();
        foreach (var mark in owner.OpenMarks)
        {
            if (mark.Covers(session))
                session.Places.AddStart(mark);
        }

        return session;
    }

    /// <summary>Throws where the code that runs here must not use this session, or too late.</summary>
    /// <remarks>Saving checks as well: what is thrown at a command of a save comes out wrapped by EF Core.</remarks>
    public void CheckUse()
    {
        CheckAdmission();
        _owner.Deadline?.ThrowIfPassed();
    }

    /// <summary>Throws where the owner has ended or closed this session, or the code here does not belong to it.</summary>
    public void CheckAdmission()
    {
        _owner.CheckUse(this);
        if (_closing)
            throw SessionException.Closed(_owner.Name, ConnectName);
    }

    /// <summary>The connection was closed, in order or not.</summary>
    public void ConnectionClosed()
    {
        Opening.Closed();
        if (!_closing)
            Gate.ConnectionClosed();
    }

    /// <summary>Enters for work of the library's own that may be asked for by any flow.</summary>
    /// <exception cref="SessionInUseException">Another flow is inside.</exception>
    public void Enter() => ThrowUnless(Admission.Enter());

    public void ThrowUnless(AdmissionAnswer answer)
    {
        switch (answer)
        {
            case AdmissionAnswer.InUse:
                throw SessionInUseException.ByTwoBranches(_owner.Name, ConnectName);
            case AdmissionAnswer.Closed:
                _owner.CheckUse(this);
                throw SessionInUseException.AtEnd(_owner.Name, ConnectName);
        }
    }

    /// <summary>An entity comes into the context.</summary>
    public void Tracking(EntityTrackingEventArgs tracking)
    {
        if (tracking.FromQuery)
            return;

        CheckUse();
        _places?.CheckReturn(tracking.Entry.Entity);
    }

    public bool SharesContextWith(Session other) => Context == other.Context;

    /// <summary>Makes it the session of a connect in a unit, although it was made elsewhere.</summary>
    public void MoveTo(object connect, string connectName, ISessionOwner owner)
    {
        Connect = connect;
        ConnectName = connectName;
        Owner = owner;
        foreach (var mark in owner.OpenMarks)
        {
            if (mark.Covers(this))
                Places.AddStart(mark);
        }
    }

    /// <summary>The context was disposed or went back to its pool; from here on it must not be touched.</summary>
    public void ContextGone()
    {
        _gone = true;
        Opening.ReleasePlace();
    }

    /// <summary>A save has succeeded; where its entries were not accepted, they are before the next flush.</summary>
    public void Saved(bool areAccepted)
    {
        if (areAccepted)
            _sent?.Forget();
        else
            (_sent ??= new SentEntries()).Add(Context.ChangeTracker);
    }

    /// <summary>Saves pending changes, of which the caller knows: to ask again would take one more look at every object.</summary>
    public ValueTask FlushAsync(bool async, CancellationToken cancellationToken)
    {
        if (async)
            return new(Context.SaveChangesAsync(cancellationToken));

        Context.SaveChanges();
        return default;
    }

    /// <summary>Forgets what the tracker holds, saved or not.</summary>
    public void ClearTracker()
    {
        if (_gone || SessionSlot.IsDisposed(Context))
            return;

        Context.ChangeTracker.Clear();
        _places?.Forget();
        _sent?.Forget();
        Engine.Redirection?.RolledBack(Context);
    }

    /// <summary>
    /// Rolls back what is open and gives connection and context back. Throws nothing, and does not wait for who is opening the connection.
    /// </summary>
    public async ValueTask CloseAsync(bool async, Exception? failure = null)
    {
        var isFree = await Stopping.StopAsync(this, mustLeave: false, async).ConfigureAwait(false);
        if (isFree)
            await Gate.RollBackAsync(async, failure).ConfigureAwait(false);
        if (_gone || _closing)
            return;

        _closing = true;
        if (isFree && !Admission.IsBusy)
        {
            await GiveBackAsync(async).ConfigureAwait(false);
            return;
        }

        // Somebody is opening the connection, or a command does not stop. Whoever leaves last gives the context back.
        if (!isFree)
            Owner.Log.SessionStuck(ConnectName, Owner.Name);
        Admission.WhenLeft(() => _ = GiveBackLaterAsync());
    }

    private async Task GiveBackLaterAsync()
    {
        await Stopping.WaitUntilAnsweredAsync(this).ConfigureAwait(false);
        await Gate.RollBackAsync(async: true, failure: null).ConfigureAwait(false);
        await GiveBackAsync(async: true).ConfigureAwait(false);
    }

    private async ValueTask GiveBackAsync(bool async)
    {
        try
        {
            try
            {
                if (_leased.IsPooled && Engine.Redirection is null)
                    await _slot.CloseConnectionAsync(async).ConfigureAwait(false);
            }
            finally
            {
                await _leased.GiveBackAsync(async).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            Owner.Log.CloseFailed(ConnectName, Owner.Name, exception);
        }
    }

    private void ApplyReadOnly()
    {
        if (_gone)
            return;

        if (_owner.ReadOnly)
        {
            _trackingBefore ??= Context.ChangeTracker.QueryTrackingBehavior;
            Context.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        }
        else if (_trackingBefore is { } before)
        {
            Context.ChangeTracker.QueryTrackingBehavior = before;
            _trackingBefore = null;
        }
    }
}
