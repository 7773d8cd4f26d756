namespace TxAspects.TwoPhase.Tests;

/// <summary>A row that every unit writes into both databases.</summary>
internal sealed class Entry
{
    public Guid Id { get; init; }
}
