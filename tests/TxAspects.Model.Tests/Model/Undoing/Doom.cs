namespace TxAspects.Model.Tests.Model;

internal enum DoomKind
{
    /// <summary>A call that joined failed, or asked for the rollback.</summary>
    JoinedCall,

    /// <summary>A block that joined the transaction failed and rolled all of it back.</summary>
    JoinedBlock,

    /// <summary>A mark could not be gone back to, because another flow's work lies behind it.</summary>
    Overlap,
}

/// <summary>Why a unit can only roll back.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Owner">Where; undoing that clears it.</param>
/// <param name="Session">The session that it is about; null where it is the whole unit.</param>
internal sealed record Doom(DoomKind Kind, Node Owner, ModelSession? Session)
{
    public bool IsTransient { get; init; }

    /// <summary>What was rolled back with it.</summary>
    public IReadOnlyList<Entry> Lost { get; init; } = [];

    /// <summary>The two flows of an overlap.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];
}
