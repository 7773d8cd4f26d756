namespace TxAspects.Soak;

/// <summary>What hooks throw.</summary>
public sealed class HookException() : Exception("Thrown by a hook on purpose.");
