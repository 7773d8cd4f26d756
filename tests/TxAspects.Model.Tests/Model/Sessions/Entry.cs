namespace TxAspects.Model.Tests.Model;

/// <summary>Something that was sent in a transaction.</summary>
internal sealed class Entry(Node owner)
{
    public Node Owner => owner;

    /// <summary>The rows it wrote, each with the node that it belongs to.</summary>
    public IReadOnlyList<Write> Rows { get; init; } = [];

    /// <summary>The marks of other flows that were open when it was sent, where it is a save: it belongs to them too.</summary>
    public IReadOnlyList<Mark> Shared { get; init; } = [];

    public bool IsUndone { get; set; }

    public bool IsAlive => !IsUndone && Rows.Count > 0;
}
