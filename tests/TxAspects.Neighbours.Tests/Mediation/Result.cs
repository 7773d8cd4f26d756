namespace TxAspects.Neighbours.Tests.Mediation;

public sealed record Result(string? Error = null) : IUnitOfWorkResult
{
    public bool IsFailure => Error is not null;
}
