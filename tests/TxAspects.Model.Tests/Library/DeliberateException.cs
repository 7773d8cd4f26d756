namespace TxAspects.Model.Tests.Library;

/// <summary>Thrown by a step; no call lists it.</summary>
public sealed class DeliberateException(int step) : Exception($"Thrown by step {step}.")
{
    public int Step => step;
}
