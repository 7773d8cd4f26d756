namespace TxAspects.Drivers;

/// <summary>What stands around a query so that it is a read-only transaction of its own, at READ COMMITTED.</summary>
/// <param name="Begin">The statement before it, which gives no rows.</param>
/// <param name="End">The statement after it, which is skipped where the query fails.</param>
public sealed record ReadOnlyTransaction(string Begin, string End);
