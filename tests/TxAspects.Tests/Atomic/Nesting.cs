namespace TxAspects.Tests;

/// <summary>What becomes of the inner block.</summary>
public enum Inner
{
    Returns,
    ThrowsAndIsSwallowed,
    ThrowsThrough,
}

/// <summary>A block inside a block, inside a unit: the case and what happens in it.</summary>
/// <param name="Before">Whether the unit has uncommitted work, the row 'b', when the outer block begins.</param>
/// <param name="OuterMode">The outer block; it writes 'o' before the inner one and 'p' after it.</param>
/// <param name="InnerMode">The inner block; it writes 'i'.</param>
/// <param name="Inner">How the inner block ends.</param>
/// <param name="OuterReturns">Whether the outer block returns at its end. What it throws is swallowed; then the unit writes 'a' and
/// returns.</param>
public sealed record Nesting(bool Before, WhenInTransaction OuterMode, WhenInTransaction InnerMode, Inner Inner, bool OuterReturns)
{
    /// <summary>The cases of one pair of modes that can be told apart.</summary>
    public static IEnumerable<Nesting> Of(WhenInTransaction outer, WhenInTransaction inner)
        => from before in new[] { true, false }
           from end in Enum.GetValues<Inner>()
           from returns in end is Inner.ThrowsThrough ? [false] : new[] { true, false }
           select new Nesting(before, outer, inner, end, returns);
}

/// <summary>What must be there in the end: the rows, in the order of their writing, and how the unit ended.</summary>
public sealed record NestingOutcome(string Kept, bool Doomed)
{
    public override string ToString() => (Kept.Length == 0 ? "–" : Kept) + (Doomed ? " ✗" : "");
}
