using TxAspects.Model.Tests.Flows;
using TxAspects.Model.Tests.Trees;

namespace TxAspects.Model.Tests.Model;

/// <summary>Places to go back to, by the design's rules of overlap.</summary>
internal sealed class Marks(Choices choices)
{
    /// <summary>Opens a mark: saves what is pending, whoever added it. Refused where a session's work cannot be committed.</summary>
    public Mark Set(ModelUnit unit, Node outer, Node inner, int? connect, Step step)
    {
        var ofSessions = unit.Dooms.Where(doom => doom.Session is not null).ToArray();
        var isFailed = unit.Sessions.Exists(session => session.Transaction?.Failure is not null);

        if (isFailed || ofSessions.Any(doom => doom.Kind is not DoomKind.Overlap))
            throw new ModelException(Results.Doomed, unit.FindDoom()!.IsTransient);

        AskWhetherLate(unit, outer, unit.SessionsOf(connect), step);
        unit.Flush(unit.SessionsOf(connect), outer);
        var mark = Begin(unit, inner, connect);
        foreach (var session in unit.SessionsOf(connect))
        {
            if (session.Transaction is not { } transaction)
                continue;

            mark.Positions[session] = (transaction, transaction.Entries.Count);
            transaction.Entries.Add(new Entry(inner));
        }

        return mark;
    }

    /// <summary>A mark at the start of the transaction to come.</summary>
    public static Mark Begin(ModelUnit unit, Node node, int? connect)
    {
        var mark = new Mark(node, connect) { DoomsBefore = [.. unit.Dooms] };
        foreach (var open in unit.OpenMarks)
            open.Later.Add(mark);
        unit.OpenMarks.Add(mark);
        return mark;
    }

    /// <summary>Throws where what is behind the mark cannot be kept.</summary>
    public void ThrowIfDoomed(ModelUnit unit, Mark mark, Step step)
    {
        var sessions = unit.SessionsOf(mark.Connect);
        var failures = sessions.Select(session => session.Transaction?.Failure).OfType<(Node Owner, ModelException Cause)>().ToArray();
        var dooms = unit.Dooms.Where(doom => doom.Session is null || sessions.Contains(doom.Session)).ToArray();
        var inside = dooms.Where(doom => doom.Owner.IsIn(mark.Node)).ToArray();
        if (inside.Length > 0 && unit.Dooms.Exists(doom => mark.DoomsBefore.Contains(doom)))
            choices.LeaveOpen("Whether a second doom counts at a mark while the unit is doomed from before.");

        // A doom that another flow has brought since is not this call's, but it may be told of it.
        var isTold = inside.Length > 0 || failures.Any(failure => failure.Owner.IsIn(mark.Node));
        var mayBeTold = failures.Any() || dooms.Any(doom => !mark.DoomsBefore.Contains(doom));
        if (isTold || mark.LostRows is true || ((mayBeTold || mark.LostRows is false) && choices.Threw(step, Results.Doomed)))
            throw new ModelException(Results.Doomed, unit.FindDoom()?.IsTransient is true);
    }

    /// <summary>Keeps what is behind the mark for the unit to commit.</summary>
    public void Keep(ModelUnit unit, Mark mark, Step step)
    {
        AskWhetherLate(unit, mark.Node, unit.SessionsOf(mark.Connect), step);
        unit.Flush(unit.SessionsOf(mark.Connect), mark.Node);
        unit.OpenMarks.Remove(mark);
    }

    /// <summary>Goes back to the mark; what cannot be undone dooms.</summary>
    public void Undo(ModelUnit unit, Mark mark, Step step)
    {
        unit.OpenMarks.Remove(mark);
        if (unit.IsEnded)
            return;

        var isUndone = true;

        // Those first where other flows have rows, so that what may doom is not asked where something must.
        foreach (var session in unit.SessionsOf(mark.Connect).OrderByDescending(session => HasOthersRows(mark, session)))
            isUndone &= Undo(unit, mark, session, step);
        if (isUndone)
            ClearDooms(unit, mark, step);
        unit.Hooks.Undo(mark.Node);
        ForgetRequests(unit, mark, step);
        if (mark.LostRows is not null)
            DoomByLoss(unit, mark, step);
    }

    private static bool HasOthersRows(Mark mark, ModelSession session)
        => session.Transaction?.Entries.Exists(entry => entry.IsAlive && entry.Rows.Any(row => !row.Writer.IsIn(mark.Node))) is true;

    private bool Undo(ModelUnit unit, Mark mark, ModelSession session, Step step)
    {
        var isMarked = mark.Positions.TryGetValue(session, out var position);
        var isLost = isMarked && position.Transaction != session.Transaction;
        var start = isMarked && !isLost ? position.Index : 0;
        var since = session.Transaction?.Entries.Skip(start).ToArray() ?? [];
        if (FindOther(unit, mark, session.Connect, since, step) is { } names)
        {
            unit.Dooms.Add(new Doom(DoomKind.Overlap, mark.Node, session) { Names = names });
            return false;
        }

        foreach (var entry in since)
            entry.IsUndone = true;
        if (session.Transaction is { } transaction)
            transaction.Failure = null;
        if (!isMarked || isLost)
            session.Transaction = null;

        if (!session.PutBack(mark.Node))
            choices.LeaveOpen("Whether a change that another flow has not saved outlives an undo.");

        unit.Dooms.RemoveAll(doom => doom.Session == session && doom.Owner.IsIn(mark.Node) && !Stays(unit, mark, doom, isLost, step));
        return true;
    }

    /// <summary>
    /// Whose work forbids to go back, in names that a message must hold, or null. Nobody may go back where rows of another flow lie behind
    /// the mark. Where another flow has only read there, opened a mark, or undone its own rows, and where a save belongs to both because
    /// the other's mark was open, going back harms nobody but the design's words forbid it: both are right.
    /// </summary>
    private IReadOnlyList<string>? FindOther(ModelUnit unit, Mark mark, int connect, Entry[] since, Step step)
    {
        var alive = since.Where(entry => entry.IsAlive).SelectMany(entry => entry.Rows).Select(row => row.Writer);
        if (alive.Any(writer => !writer.IsIn(mark.Node)))
        {
            // Any of those at work there may be the one who is named.
            var others = alive.Concat(since.Select(entry => entry.Owner)).Where(other => !other.IsIn(mark.Node));
            return [mark.Node.Name, string.Join('\t', others.Select(other => other.Names).Distinct())];
        }

        var sent = since.Select(entry => entry.Owner).FirstOrDefault(owner => !owner.IsIn(mark.Node))
            ?? since.SelectMany(entry => entry.Shared).Concat(mark.Later.Where(later => later.Covers(connect)))
                .Select(one => one.Node).FirstOrDefault(node => !node.IsIn(mark.Node));
        if (sent is null)
            return null;
        if (unit.IsDoomed || unit.Requests.Count > 0)
            choices.LeaveOpen("Whether an undo that harms nobody dooms, in a unit that is doomed anyway.");
        return choices.IsDoomed(step) ? [] : null;
    }

    /// <summary>A doom inside the mark stays where its transaction took rows from before the mark, or of others, along.</summary>
    private bool Stays(ModelUnit unit, Mark mark, Doom doom, bool isLost, Step step)
    {
        if (doom.Lost.Any(entry => entry.IsAlive && entry.Rows.Any(row => !row.Writer.IsIn(mark.Node))))
            return true;
        if (!isLost && !mark.MayBePast && doom.Lost.All(entry => entry.Owner.IsIn(mark.Node)))
            return false;
        if (unit.Dooms.Count > 1)
            choices.LeaveOpen("Whether a doom stays whose transaction is lost, beside another one.");
        return choices.IsDoomed(step);
    }

    private void ClearDooms(ModelUnit unit, Mark mark, Step step)
    {
        var inside = unit.Dooms.FindAll(doom => doom.Session is null && doom.Owner.IsIn(mark.Node));
        if (inside.Count == 0)
            return;

        if (HasWorkElsewhere(unit, mark))
            return;

        if (unit.Sessions.Exists(session => mark.Connect is not null && session.Connect != mark.Connect && session.HasChanges))
            choices.LeaveOpen("Whether rows that others have not saved on another connect keep a doom inside a block.");
        unit.Dooms.RemoveAll(inside.Contains);
    }

    public bool IsTold(Step step) => choices.Threw(step, Results.Doomed);

    /// <summary>A request goes with the work that it is about, unless some of that is on a connect that a block does not cover.</summary>
    private void ForgetRequests(ModelUnit unit, Mark mark, Step step)
    {
        var inside = unit.Requests.FindAll(request => request.Node.IsIn(mark.Node));
        if (inside.Count == 0)
            return;
        if (HasWorkElsewhere(unit, mark))
        {
            PassOn(unit, mark, inside);
            return;
        }

        // What other flows do there may count as the block's.
        if (mark.Connect is not null && unit.IsDoomed)
            choices.LeaveOpen("Whether a request stays that was made in a block, in a unit that is doomed anyway.");
        if (mark.Connect is null || !choices.IsDoomed(step))
            unit.Requests.RemoveAll(inside.Contains);
    }

    /// <summary>
    /// A block that joined has rolled back its connect: what came up in it goes, unless it did something on the other one.
    /// </summary>
    public void GiveUp(ModelUnit unit, Mark mark)
    {
        var requests = unit.Requests.FindAll(request => request.Node.IsIn(mark.Node));
        if (HasWorkElsewhere(unit, mark))
        {
            PassOn(unit, mark, requests);
            return;
        }

        unit.Requests.RemoveAll(requests.Contains);
        unit.Dooms.RemoveAll(doom => doom.Session is null && doom.Owner.IsIn(mark.Node));
    }

    private static void PassOn(ModelUnit unit, Mark mark, List<Request> requests)
    {
        unit.Requests.RemoveAll(requests.Contains);
        unit.Requests.AddRange(requests.Select(request => new Request(mark.Node.Parent!) { MayBeTaken = request.MayBeTaken }));
    }

    /// <summary>A block covers one connect: what its calls did on the other one is not undone.</summary>
    private static bool HasWorkElsewhere(ModelUnit unit, Mark mark)
        => mark.Connect is { } own && (mark.Node.Touched.Any(one => one != own) || unit.Sessions
            .Where(session => session.Connect != own)
            .SelectMany(session => session.Entities)
            .Any(one => one.HasChanges && one.Writer?.IsIn(mark.Node) is true));

    /// <summary>Where another flow has rolled back a part before, all is undone now; to doom all the same is right too.</summary>
    private void DoomByLoss(ModelUnit unit, Mark mark, Step step)
    {
        if (unit.IsDoomed || unit.Requests.Count > 0)
            choices.LeaveOpen("Whether an undo dooms of which another flow has rolled back a part, in a unit that is doomed anyway.");
        else if (choices.IsDoomed(step))
            unit.Dooms.Add(new Doom(DoomKind.Overlap, mark.Node, Session: null));
    }

    /// <summary>Whether a limit is asked where nothing has to be sent is left open.</summary>
    private void AskWhetherLate(ModelUnit unit, Node node, IReadOnlyList<ModelSession> sessions, Step step)
    {
        if (sessions.Count > 0 && unit.IsLateFor(node) && choices.Threw(step, Results.Late))
            unit.ThrowIfLate(node);
    }
}
