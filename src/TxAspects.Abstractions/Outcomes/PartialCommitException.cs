namespace TxAspects;

/// <summary>Thrown when a unit with several databases committed in some and could not commit in another.</summary>
/// <remarks>
/// The failure is the <see cref="Exception.InnerException"/>. What was committed stays: undo it by hand, or repeat the rest.
/// </remarks>
public sealed class PartialCommitException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public PartialCommitException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal PartialCommitException(
        string unitName, IReadOnlyList<string> committed, string failed, IReadOnlyList<string> rolledBack, Exception cause)
        : base($"The unit of work '{unitName}' was committed in part: {Failure(failed, cause)} after {Names(committed)} had committed; " +
               $"rolled back: {Names(rolledBack)}. {Remedy(cause)}", cause)
    {
        UnitName = unitName;
        Committed = committed;
        Failed = failed;
        RolledBack = rolledBack;
    }

    /// <summary>The unit that was committed in part.</summary>
    public string UnitName { get; init; } = "";

    /// <summary>The connects that had committed, in the order of their commits.</summary>
    public IReadOnlyList<string> Committed { get; init; } = [];

    /// <summary>The connect whose commit failed.</summary>
    public string Failed { get; init; } = "";

    /// <summary>True where nobody knows what became of that commit: look it up before you undo or repeat anything.</summary>
    public bool IsOutcomeUnknown => InnerException is CommitOutcomeUnknownException;

    /// <summary>The connects that were rolled back because of it.</summary>
    public IReadOnlyList<string> RolledBack { get; init; } = [];

    private static string Failure(string failed, Exception cause)
        => cause is CommitOutcomeUnknownException ? $"the outcome in '{failed}' is unknown" : $"the commit of '{failed}' failed";

    private static string Remedy(Exception cause)
        => cause is CommitOutcomeUnknownException
            ? "Look the unknown part up over a new connection before you undo or repeat anything."
            : "Undo what was committed, or repeat the rest.";

    private static string Names(IReadOnlyList<string> names)
        => names.Count == 0 ? "none" : string.Join(", ", names.Select(name => $"'{name}'"));
}
