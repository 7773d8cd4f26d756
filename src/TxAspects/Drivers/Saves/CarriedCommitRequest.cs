using System.Data.Common;

namespace TxAspects.Drivers;

/// <summary>What is known of a save that is to take its commit along.</summary>
public sealed class CarriedCommitRequest
{
    internal CarriedCommitRequest()
    {
    }

    /// <summary>The engine its connection came from, for other connections to the same database.</summary>
    public required DbDataSource Engine { get; init; }

    /// <summary>How many statements stand in the command's text before what is appended, and which of them were guarded last.</summary>
    public required int Statements { get; init; }

    /// <summary>The guard of the last statement that has one; null where none has.</summary>
    public required SaveGuard? LastGuard { get; init; }

    /// <summary>
    /// Whether there is a transaction to commit; else the command is all of the unit, and the server keeps it as a whole or not at all.
    /// </summary>
    public required bool HasTransaction { get; init; }

    /// <summary>Whether the server was told to limit the time of statements, which the commit must not be held to.</summary>
    public required bool IsLimited { get; init; }
}
