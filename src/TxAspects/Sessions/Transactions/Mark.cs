namespace TxAspects.Sessions.Transactions;

/// <summary>
/// A call or block whose work can be undone by itself. Marks form a tree: what runs in the flow of a call belongs to the call's mark, and a
/// call inside it has a mark below. A call that joins and is told apart from its caller has one that covers no session: nothing is undone
/// to it, but what happens in the call is known as its own.
/// </summary>
/// <param name="name">The call, for messages; made text when one needs it.</param>
/// <param name="parent">The mark of the call around it; null where that is the unit itself.</param>
/// <param name="connect">The connect whose session it covers; null for all.</param>
internal sealed class Mark(object name, Mark? parent, object? connect)
{
    private static readonly object NoConnect = new();

    public string Name => name.ToString()!;

    public Mark? Parent => parent;

    /// <summary>True until its call or block has ended.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>What observers are told of it; null where nobody observes.</summary>
    public UnitStep? Step { get; set; }

    /// <summary>
    /// Whether a session that it does not cover was used in its call: then its part of the work is not undone with the mark.
    /// </summary>
    public bool HasWorkElsewhere { get; private set; }

    public bool CoversAll => connect is null;

    public bool Covers(Session session) => connect is null || connect == session.Connect;

    /// <summary>Whether it covers the session of a connect; with null, what is not about one.</summary>
    public bool CoversConnect(object? key) => connect is null || key is null || connect == key;

    /// <summary>The mark of a call that joins.</summary>
    public static Mark OfJoinedCall(object name, Mark? parent) => new(name, parent, NoConnect);

    /// <summary>A session is used in this call.</summary>
    public void Used(Session session)
    {
        for (var mark = this; mark is not null; mark = mark.Parent)
            mark.HasWorkElsewhere |= !mark.Covers(session);
    }

    /// <summary>Whether work of one mark belongs to another one too. Null stands for the unit, to which all belongs.</summary>
    public static bool IsInside(Mark? mark, Mark? other)
    {
        if (other is null)
            return true;

        for (; mark is not null; mark = mark.Parent)
        {
            if (mark == other)
                return true;
        }

        return false;
    }
}
