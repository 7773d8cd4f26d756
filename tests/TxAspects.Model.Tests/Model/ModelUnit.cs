using TxAspects.Model.Tests.Flows;
using TxAspects.Model.Tests.Trees;

namespace TxAspects.Model.Tests.Model;

/// <summary>A unit of work, by the rules of the design over lists of rows. It shares nothing with the library.</summary>
internal sealed class ModelUnit(string name, Call call, double? due, ModelUnit? around, ModelClock clock, Choices choices)
{
    public Node Root { get; } = new(null, name) { Due = due };

    public Call Call => call;

    public ModelUnit? Around => around;

    public List<ModelSession> Sessions { get; } = [];

    public List<Doom> Dooms { get; } = [];

    /// <summary>Where Tx.SetRollbackOnly was called, as long as no call has taken it as its own.</summary>
    public List<Request> Requests { get; } = [];

    public List<Mark> OpenMarks { get; } = [];

    public ModelHooks Hooks { get; } = new();

    public UnitOfWorkState State { get; set; } = UnitOfWorkState.Open;

    public bool IsEnded => State is not UnitOfWorkState.Open;

    /// <summary>Something was committed, here or in a unit inside, so that it cannot be repeated.</summary>
    public bool IsDurable { get; set; }

    /// <summary>Whether its call is to be tried again.</summary>
    public bool IsRepeated { get; set; }

    /// <summary>Whether something was committed early.</summary>
    public bool HasCommitted { get; set; }

    public bool HasUncommittedWork => Sessions.Exists(session => session.HasUncommittedWork);

    public bool IsDoomed => FindDoom() is not null;

    public bool IsLate => due <= clock.Now;

    /// <summary>The open marks of flows beside a place, on a session.</summary>
    public IReadOnlyList<Mark> MarksBeside(Node node, ModelSession session)
        => [.. OpenMarks.Where(mark => mark.Covers(session.Connect) && !node.IsIn(mark.Node))];

    /// <summary>A transaction is rolled back at a place: the marks of other flows lose what they had in it.</summary>
    public void Cut(ModelSession session, Node node)
    {
        foreach (var mark in MarksBeside(node, session))
            mark.LostRows = mark.LostRows is true || session.HasRowsOf(mark.Node);
        foreach (var mark in OpenMarks.Where(mark => node.IsIn(mark.Node)))
            mark.MayBePast |= session.Transaction?.Entries.Exists(entry => !entry.Owner.IsIn(mark.Node)) is true;
    }

    public IReadOnlyList<ModelSession> SessionsOf(int? connect)
        => [.. Sessions.Where(session => connect is null || session.Connect == connect)];

    /// <summary>Late is who is past the unit's limit, or past that of a call around in the same flow.</summary>
    public bool IsLateFor(Node node) => node.IsLate(clock.Now);

    public void ThrowIfLate(Node node)
    {
        if (IsLateFor(node))
            throw new ModelException(Results.Late);
    }

    public ModelSession Enlist(int connect, Node node, ModelRows rows)
    {
        ThrowIfLate(node);
        if (Sessions.Find(session => session.Connect == connect) is { } there)
            return there;

        var session = new ModelSession(this, connect, rows);
        Sessions.Add(session);
        return session;
    }

    /// <summary>What forbids to commit and was not asked for, as the exception that says so.</summary>
    public ModelException? FindDoom()
    {
        // The words name both flows where an overlap is all there is.
        if (Dooms.Find(doom => doom.Session is null) is { } doom)
            return new ModelException(Results.Doomed, doom.IsTransient);

        foreach (var session in Sessions)
        {
            if (Dooms.Find(one => one.Session == session) is { } ofSession)
                return new ModelException(Results.Doomed, ofSession.IsTransient, Dooms.Count == 1 ? ofSession.Names : null);
            if (session.Transaction?.Failure is { } failure)
                return new ModelException(Results.Doomed, failure.Cause.IsTransient);
        }

        return null;
    }

    public void ThrowIfDoomed()
    {
        if (FindDoom() is { } doom)
            throw doom;
        if (Requests.Count > 0)
            throw new ModelException(Results.Doomed);
    }

    public void Flush(IReadOnlyList<ModelSession> sessions, Node node)
    {
        foreach (var session in sessions.Where(session => session.HasChanges))
        {
            ThrowIfLate(node);
            session.Save(node);
        }
    }

    /// <summary>Commits, and returns what is kept.</summary>
    public IReadOnlyList<Write> Commit(IReadOnlyList<ModelSession> sessions)
    {
        var entries = sessions.SelectMany(session => session.Transaction?.Entries ?? []).ToArray();
        var rows = entries.Where(entry => entry.IsAlive).SelectMany(entry => entry.Rows).ToArray();
        foreach (var session in sessions)
            session.Transaction = null;
        HasCommitted |= rows.Length > 0;
        if (rows.Length == 0)
            return [];

        for (var unit = this; unit is not null; unit = unit.Around)
            unit.IsDurable = true;
        return rows;
    }

    /// <summary>An early rollback or close: a doom goes where nothing uncommitted is left, and the hooks learn of it.</summary>
    public async Task RolledBackEarlyAsync(Node? hooksOf = null)
    {
        if (HasUncommittedWork)
            return;

        if (Requests.Exists(request => request.MayBeTaken))
            choices.LeaveOpen("Whether a doom was rolled back that may have been a request.");
        Dooms.RemoveAll(doom => doom.Session is null);
        await Hooks.RunAfterAsync(HookMoment.RolledBack, hooksOf);
    }

    public async Task RollBackEarlyAsync(Node node, int? connect, Node? hooksOf = null)
    {
        foreach (var session in SessionsOf(connect))
        {
            Cut(session, node);
            session.RollBack();
            Dooms.RemoveAll(doom => doom.Session == session);
        }

        await RolledBackEarlyAsync(hooksOf);
    }

    public async Task CloseEarlyAsync(Node node, int? connect)
    {
        var sessions = SessionsOf(connect);
        var givesUpWork = IsDoomed || sessions.Any(session => session.HasUncommittedWork);
        foreach (var session in sessions)
        {
            Cut(session, node);
            session.RollBack();
            session.IsClosed = true;
            Sessions.Remove(session);
            Dooms.RemoveAll(doom => doom.Session == session);
        }

        if (givesUpWork)
            await RolledBackEarlyAsync();
    }
}
