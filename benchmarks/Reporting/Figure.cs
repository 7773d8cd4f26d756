using TxAspects.Benchmarks.Measuring;

namespace TxAspects.Benchmarks.Reporting;

/// <summary>One line of the report.</summary>
/// <param name="Part">The part of the report it belongs to.</param>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The median, or the count.</param>
/// <param name="Unit">The unit; empty for a ratio.</param>
/// <param name="Column">Which of several cases, where the part is a table with peers as rows and cases as columns.</param>
/// <param name="Low">The lower quartile, where it was measured repeatedly.</param>
/// <param name="High">The upper quartile.</param>
/// <param name="Limit">What it should keep to, or null.</param>
/// <param name="AtLeast">True where the limit is the least it should reach, false where it is the most.</param>
internal sealed record Figure(
    string Part, string Name, double Value, string Unit = "", string? Column = null, double? Low = null, double? High = null,
        double? Limit = null, bool AtLeast = false)
{
    public bool IsShort => Limit is { } limit && (AtLeast ? Value < limit : Value > limit);

    public string FullName => Column is null ? Name : $"{Name}, {Column}";

    public static Figure Of(
        string part, string name, Spread spread, string unit = "", string? column = null, double scale = 1, double? limit = null,
            bool atLeast = false)
        => new(part, name, spread.Median * scale, unit, column, spread.Low * scale, spread.High * scale, limit, atLeast);
}
