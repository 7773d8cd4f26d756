using TxAspects;

namespace SampleWeb.Runs;

/// <summary>One session of a unit.</summary>
/// <param name="Connect">The connect it belongs to.</param>
/// <param name="State">How its last transaction ended; null where no command was sent, so that nothing was opened.</param>
public sealed record SessionReport(string Connect, UnitOfWorkState? State);
