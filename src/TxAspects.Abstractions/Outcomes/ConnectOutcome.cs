namespace TxAspects;

/// <summary>What became of one connect's session in a unit of work.</summary>
/// <param name="Name">The name of the connect.</param>
/// <param name="State">How its last transaction ended; null where no command was sent, so that none was opened.</param>
public sealed record ConnectOutcome(string Name, UnitOfWorkState? State);
