namespace TxAspects;

/// <summary>Thrown where two branches use one session at the same time, or where a commit would cut into a command that is still running, or whose rows are still being read.</summary>
/// <remarks>What the refused branch was to send was not sent, so the session stays usable; the exception rolls the unit back only where it leaves it.</remarks>
public sealed class SessionInUseException : TxAspectsException
{
    private SessionInUseException(string unitName, string connectName, string message, Exception? cause)
        : base(message, cause)
    {
        UnitName = unitName;
        ConnectName = connectName;
    }

    /// <summary>The unit that the session belongs to.</summary>
    public string UnitName { get; }

    /// <summary>The connect of the busy session.</summary>
    public string ConnectName { get; }

    internal static SessionInUseException AtCommit(string unitName, string connectName) => new(
        unitName,
        connectName,
        $"The unit of work '{unitName}' cannot commit: its session of '{connectName}' is still running a command, or a reader was left open. " +
        "Await every task and dispose every enumerator inside the unit, or give the branch a unit of its own with [NewContext].",
        cause: null);

    internal static SessionInUseException ByTwoBranches(string unitName, string connectName, Exception cause) => new(
        unitName,
        connectName,
        $"Two branches of the unit of work '{unitName}' used its session of '{connectName}' at the same time, but a session does one thing at a time. " +
        "Await one branch before the next begins, or give each a unit of its own with [NewContext] or Tx.RunInNewContextAsync.",
        cause);
}
