namespace TxAspects.Soak;

/// <summary>What the same calls list in RollbackOn, as an exception from <see cref="ToleratedException"/>.</summary>
public sealed class SevereException : ToleratedException;
