using System.Diagnostics;

namespace TxAspects.Soak;

/// <summary>Where in the tree a step runs.</summary>
/// <param name="Unit">The unit that must be ambient, or null.</param>
/// <param name="Call">The nearest call around.</param>
/// <param name="Depth">Calls and blocks around.</param>
/// <param name="Async">Whether it may await; what is below a synchronous call may not.</param>
/// <param name="Due">By when the unit must commit, as a timestamp.</param>
/// <param name="Random">The choices; a parallel branch has its own.</param>
public sealed record Place(UnitModel? Unit, CallModel Call, int Depth, bool Async, long Due, Random Random)
{
    public bool IsLate => Stopwatch.GetTimestamp() >= Due;
}
