namespace TxAspects.Model.Tests.Library;

/// <summary>Thrown by a step; some calls list it in CommitOn.</summary>
public sealed class ToleratedException(int step) : Exception($"Thrown by step {step}, and tolerated by some.")
{
    public int Step => step;
}
