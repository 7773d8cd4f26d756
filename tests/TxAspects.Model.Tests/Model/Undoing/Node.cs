namespace TxAspects.Model.Tests.Model;

/// <summary>A call or block in a unit. What runs in it belongs to it: nodes form a tree by flow, not a stack by time.</summary>
internal sealed class Node(Node? parent, string name)
{
    /// <summary>The name in messages.</summary>
    public string Name => name;

    public Node? Parent => parent;

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

    public bool IsLate(double now) => Due <= now || Parent?.IsLate(now) is true;

    public void Touch(int connect)
    {
        for (var node = this; node is not null; node = node.Parent)
            node.Touched.Add(connect);
    }
}
