using TxAspects;

namespace SampleConsole.Import;

/// <summary>What became of an order. A failure rolls back the unit of work that returns it.</summary>
public sealed record ImportResult(Verdict Verdict, string Detail = "") : IUnitOfWorkResult
{
    public bool IsFailure => Verdict is not (Verdict.Imported or Verdict.AlreadyThere);
}
