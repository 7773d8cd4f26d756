namespace TxAspects.Drivers;

/// <summary>What a database says once of saves that take their commit along.</summary>
/// <param name="StartsReadCommitted">Whether a transaction that asks for nothing may write, and reads what was committed.</param>
/// <param name="CanGuard">For each column that was asked for, whether statements that write its table can be guarded.</param>
/// <param name="CanRead">For each of them, whether what the database gives back is certainly what the model expects.</param>
public sealed record SaveFacts(bool StartsReadCommitted, IReadOnlyList<bool> CanGuard, IReadOnlyList<bool> CanRead);
