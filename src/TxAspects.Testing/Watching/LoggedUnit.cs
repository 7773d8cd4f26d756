namespace TxAspects.Testing;

/// <summary>A unit of work that has ended.</summary>
public sealed class LoggedUnit
{
    internal LoggedUnit(UnitOfWorkOutcome outcome, IReadOnlyList<string> methods) => (Outcome, Methods) = (outcome, methods);

    /// <summary>How it ended, and why.</summary>
    public UnitOfWorkOutcome Outcome { get; }

    /// <summary>
    /// The calls that joined it or nested in it, in the order in which they began: methods with an attribute, and calls of
    /// <c>Tx.RunAsync</c>.
    /// </summary>
    public IReadOnlyList<string> Methods { get; }

    /// <summary>
    /// Name, state, reason, and the type of the exception. Its message, which may quote values, is in <see cref="Outcome"/>.
    /// </summary>
    public override string ToString()
        => $"'{Outcome.Name}' ended as {Outcome.State}" +
           (Outcome.Reason is { } reason ? $" because {reason}" : "") +
           (Outcome.Cause is { } cause ? $" ({cause.GetType().Name})" : "");
}
