namespace TxAspects.Drivers;

/// <summary>What a transaction says when it is to be committed in two phases.</summary>
/// <param name="Database">Identifies the database, and what it keeps its decisions in; null where the transaction has written nothing and
/// need not be prepared.</param>
/// <param name="Obstacle">Why it cannot be prepared and what to do, in whole sentences; null where it can.</param>
public readonly record struct TwoPhaseAnswer(string? Database, string? Obstacle = null);
