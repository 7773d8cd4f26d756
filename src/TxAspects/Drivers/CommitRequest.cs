using System.Data.Common;

namespace TxAspects.Drivers;

/// <summary>What is known of a transaction that is to be committed.</summary>
public sealed class CommitRequest
{
    internal CommitRequest()
    {
    }

    /// <summary>The open transaction.</summary>
    public required DbTransaction Transaction { get; init; }

    /// <summary>The engine its connection came from, for other connections to the same database.</summary>
    public required DbDataSource Engine { get; init; }

    /// <summary>
    /// Whether the transaction can have written: false in a read-only unit, and where EF Core's own queries alone were sent.
    /// </summary>
    public required bool MayHaveWritten { get; init; }

    /// <summary>Whether something was sent of which nobody here knows whether it wrote, so that the answer should tell.</summary>
    public required bool AsksWhetherItWrote { get; init; }

    /// <summary>Whether the answer should tell the position in the server's log, where the driver's cluster has one.</summary>
    public required bool AsksPosition { get; init; }

    /// <summary>
    /// Whether the server was told to limit the time of the transaction's statements, which the commit must not be held to.
    /// </summary>
    public required bool IsLimited { get; init; }

    /// <summary>The id of the decision of a commit in two phases, to be written with this commit; null otherwise.</summary>
    public Guid? Decision { get; init; }
}
