namespace TxAspects.Soak;

/// <summary>Tells the model that a sequence was left before its end.</summary>
public sealed class StreamLeftException() : Exception("The sequence was left early.");
