namespace SampleIdentity;

/// <summary>What was asked for cannot be had. The message is for who asked.</summary>
public sealed class RefusedException(string message) : Exception(message);
