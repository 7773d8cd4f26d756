using TxAspects.Drivers;

namespace TxAspects.Dashboard.Looking;

/// <summary>What a look at one database has found.</summary>
/// <param name="Connect">The connect.</param>
/// <param name="Trouble">What is wrong, in a sentence; null where it answered.</param>
/// <param name="Waits">Who waits for whom.</param>
internal sealed record ConnectLook(DbConnect Connect, string? Trouble, IReadOnlyList<LockWait> Waits);
