namespace TxAspects.Model.Tests.Model;

/// <summary>A request to roll back.</summary>
/// <param name="Node">Where it was made.</param>
internal sealed record Request(Node Node)
{
    /// <summary>
    /// Whether a call of another flow may have taken it for its own, because it ran in the same place at the same time and nothing tells
    /// the two apart. Then the caller is told of a doom where it would have been told nothing; all is rolled back in both cases.
    /// </summary>
    public bool MayBeTaken { get; set; }
}
