namespace TxAspects;

/// <summary>What became of one connect's session in a unit of work.</summary>
/// <param name="Name">The name of the connect.</param>
/// <param name="State">How its last transaction ended; null where no command was sent, so that none was opened.</param>
public sealed record ConnectOutcome(string Name, UnitOfWorkState? State)
{
    /// <summary>
    /// Why the commit took a round trip of its own, as the end of a sentence, where the connect is to send it with the last save. Null
    /// where it was sent so, or the connect is not asked to.
    /// </summary>
    public string? CommitObstacle { get; init; }
}
