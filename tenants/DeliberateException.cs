namespace TxAspects.Tenants;

/// <summary>A failure that is meant.</summary>
internal sealed class DeliberateException() : Exception("A unit fails, as it was meant to.");
