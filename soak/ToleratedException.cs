namespace TxAspects.Soak;

/// <summary>What some calls list in CommitOn.</summary>
public class ToleratedException() : Exception("Thrown on purpose, and tolerated by some.");
