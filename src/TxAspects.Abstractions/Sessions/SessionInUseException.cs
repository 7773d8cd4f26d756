namespace TxAspects;

/// <summary>
/// Thrown where two branches use one session at the same time, or where a commit would cut into a command that is still running, or whose
/// rows are still being read.
/// </summary>
/// <remarks>
/// What the refused branch was to send was not sent, so the session stays usable; the exception rolls the unit back only where it leaves
/// it.
/// </remarks>
public sealed class SessionInUseException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public SessionInUseException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    private SessionInUseException(string unitName, string connectName, string message, Exception? cause)
        : base(message, cause)
    {
        UnitName = unitName;
        ConnectName = connectName;
    }

    /// <summary>The unit that the session belongs to.</summary>
    public string UnitName { get; init; } = "";

    /// <summary>The connect of the busy session.</summary>
    public string ConnectName { get; init; } = "";

    internal static SessionInUseException AtCommit(string unitName, string connectName, Exception? cause = null) => new(
        unitName,
        connectName,
        $"The unit of work '{unitName}' cannot commit: its session of '{connectName}' is still running a command, or a reader was left " +
        "open. Await every task and dispose every enumerator inside the unit, or give the branch a unit of its own with [NewContext].",
        cause);

    internal static SessionInUseException AtRollback(string unitName, string connectName) => new(
        unitName,
        connectName,
        $"The session of '{connectName}' in the unit of work '{unitName}' cannot be rolled back now: a branch is at work on it and did " +
        "not stop when it was cancelled. Await every task before you roll back, or give the branch a unit of its own with [NewContext].",
        cause: null);

    internal static SessionInUseException AtEnd(string unitName, string connectName) => new(
        unitName,
        connectName,
        $"The session of '{connectName}' in the unit of work '{unitName}' is being committed or rolled back, so nothing can be sent on " +
        "it. Await that end before you go on, or give the branch a unit of its own with [NewContext].",
        cause: null);

    internal static SessionInUseException Inside(string unitName, string connectName, string operation) => new(
        unitName,
        connectName,
        $"'{operation}' was called by a command or a save of the session of '{connectName}' in the unit of work '{unitName}', as from an " +
        "interceptor, and would wait for itself. Call it after the command or the save.",
        cause: null);

    internal static SessionInUseException ByOpenCall(string unitName, string callName) => new(
        unitName,
        "",
        $"The unit of work '{unitName}' cannot commit: '{callName}', which runs in it and can be undone by itself, has not ended. " +
        "Await every task inside the unit, or give the call a unit of its own with [NewContext].",
        cause: null);

    internal static SessionInUseException ByOtherCall(string unitName, string connectName, string callName) => new(
        unitName,
        connectName,
        $"The session of '{connectName}' in the unit of work '{unitName}' cannot be committed now: '{callName}', which runs at the same " +
        "time, could not be undone by itself any more. Await it first, or give it a unit of its own with [NewContext].",
        cause: null);

    internal static SessionInUseException WhileReading(string unitName, string connectName) => new(
        unitName,
        connectName,
        $"The rows of an earlier query are still being read on the session of '{connectName}' in the unit of work '{unitName}', and its " +
        "database takes one command at a time. Read them into a list first, or use another session for the second command.",
        cause: null);

    internal static SessionInUseException OutsideSessions() => new(
        "",
        "",
        "Two branches used a context at the same time, but a context does one thing at a time. Await one branch before the next begins.",
        cause: null);

    internal static SessionInUseException ByTwoBranches(string unitName, string connectName) => new(
        unitName,
        connectName,
        $"Two branches of the unit of work '{unitName}' used its session of '{connectName}' at the same time, but a session does one " +
        "thing at a time. Await one branch before the next begins, or give each a unit of its own with [NewContext] or " +
        "Tx.RunInNewContextAsync.",
        cause: null);
}
