namespace TxAspects.Soak;

/// <summary>A returned value that may mean failure.</summary>
public sealed record Answer(bool IsFailure) : IUnitOfWorkResult;
