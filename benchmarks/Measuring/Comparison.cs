namespace TxAspects.Benchmarks.Measuring;

/// <summary>What two pieces of work cost against each other, and each in seconds per operation.</summary>
/// <param name="Ratio">Of the first to the second, by pair.</param>
/// <param name="First">The first's own time.</param>
/// <param name="Second">The second's own time.</param>
internal sealed record Comparison(Spread Ratio, Spread First, Spread Second);
