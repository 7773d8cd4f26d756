using SampleConsole.Orders;

namespace SampleConsole.Import;

/// <summary>One order and what became of it.</summary>
public sealed record ImportOutcome(Order Order, ImportResult Result)
{
    public Verdict Verdict => Result.Verdict;
}
