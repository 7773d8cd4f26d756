namespace TxAspects.Model.Tests.Model;

/// <summary>A call or block in a unit. What runs in it belongs to it: nodes form a tree by flow, not a stack by time.</summary>
internal sealed class Node(Node? parent, string name)
{
    /// <summary>The name in messages.</summary>
    public string Name => name;

    public Node? Parent => parent;

    /// <summary>True for a nested call or block: a call that joins has no place of its own.</summary>
    public bool HasMark { get; init; }

    /// <summary>
    /// The names one of which a message must hold that means this node: its own, or that of a call around it, up to the unit's.
    /// </summary>
    public string Names => parent is null ? name : $"{name}\t{parent.Names}";

    /// <summary>By when the call must have ended.</summary>
    public double? Due { get; init; }

    /// <summary>The connects on which commands ran in it.</summary>
    public HashSet<int> Touched { get; } = [];

    public bool IsIn(Node other)
    {
        for (var node = this; node is not null; node = node.Parent)
        {
            if (node == other)
                return true;
        }

        return false;
    }

    /// <summary>The innermost node with a mark around it, or the unit's.</summary>
    public Node Marked => HasMark || parent is null ? this : parent.Marked;

    /// <summary>Whose limits hold, where these are not the node's own: a hook runs in the time of whoever commits.</summary>
    public Node? Timed { get; init; }

    public bool IsLate(double now) => Timed?.IsLate(now) ?? (Due <= now || Parent?.IsLate(now) is true);

    public void Touch(int connect)
    {
        for (var node = this; node is not null; node = node.Parent)
            node.Touched.Add(connect);
    }
}
