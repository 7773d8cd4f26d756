namespace TxAspects.Tests;

/// <summary>A value that says by itself whether it means failure, to rules only.</summary>
public interface IOutcome
{
    bool IsFailure { get; }
}

public class Outcome(bool isFailure = false) : IOutcome
{
    public bool IsFailure { get; } = isFailure;
}

public class DerivedOutcome(bool isFailure = false) : Outcome(isFailure);

public sealed class FarDerivedOutcome(bool isFailure = false) : DerivedOutcome(isFailure);

public sealed class GenericOutcome<T>(bool isFailure = false) : IOutcome
{
    public bool IsFailure { get; } = isFailure;
}

public readonly record struct StructOutcome(bool IsFailure);

/// <summary>A value that the library knows without a rule.</summary>
public sealed record KnownResult(bool IsFailure) : IUnitOfWorkResult;

public readonly record struct KnownStructResult(bool IsFailure) : IUnitOfWorkResult;
