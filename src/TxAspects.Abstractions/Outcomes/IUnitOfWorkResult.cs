namespace TxAspects;

/// <summary>
/// A returned value that can mean failure. The outermost call of a unit that returns one with <see cref="IsFailure"/> set rolls back.
/// </summary>
public interface IUnitOfWorkResult
{
    /// <summary>True when the work behind this result must be rolled back. The value itself reaches the caller unchanged.</summary>
    bool IsFailure { get; }
}
