namespace TxAspects.Model.Tests.Model;

/// <summary>A place to go back to, for a nested call or a block.</summary>
/// <param name="Node">What is undone to it.</param>
/// <param name="Connect">The connect that it covers; null for all.</param>
internal sealed record Mark(Node Node, int? Connect)
{
    /// <summary>Where each session's transaction was. One that is not here had none: its mark is the start of its transaction.</summary>
    public Dictionary<ModelSession, (Transaction Transaction, int Index)> Positions { get; } = [];

    /// <summary>The dooms that there were.</summary>
    public required IReadOnlyList<Doom> DoomsBefore { get; init; }

    /// <summary>Marks of the unit that were opened since.</summary>
    public List<Mark> Later { get; } = [];

    /// <summary>Whether another flow rolled back a transaction since, and with it rows of this mark.</summary>
    public bool? LostRows { get; set; }

    /// <summary>Whether a transaction was rolled back inside since in which others had worked: then a later doom may stay.</summary>
    public bool MayBePast { get; set; }

    public bool Covers(int connect) => Connect is null || Connect == connect;
}
