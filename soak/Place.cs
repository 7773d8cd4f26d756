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
    /// <summary>The sequence of the hook that runs here, to whose call what it does belongs; null outside hooks before a commit.</summary>
    public int? Hook { get; init; }

    public bool IsLate => Stopwatch.GetTimestamp() >= Due;
}
