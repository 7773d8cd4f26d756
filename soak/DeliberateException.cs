namespace TxAspects.Soak;

/// <summary>What the bodies throw.</summary>
public sealed class DeliberateException() : Exception("Thrown on purpose.");
