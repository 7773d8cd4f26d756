using TxAspects.Connections;

namespace TxAspects.UnitsOfWork;

/// <summary>A place in a unit's work, on one connect or on all, to which a nested call or an atomic block can go back.</summary>
internal sealed class Mark
{
    public required DbConnect? Connect { get; init; }

    public required Doom? DoomBefore { get; init; }

    public required int HooksBefore { get; init; }

    /// <summary>How much the sessions of other connects had been used.</summary>
    public required int ActivityElsewhere { get; init; }

    public required IReadOnlyList<(Session Session, Savepoint Savepoint)> Savepoints { get; init; }
}
