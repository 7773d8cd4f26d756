namespace TxAspects;

/// <summary>Thrown where a commit would cut into a command that another branch of the unit is still running, or whose rows are still being read.</summary>
public sealed class SessionInUseException : TxAspectsException
{
    internal SessionInUseException(string unitName, string connectName)
        : base($"The unit of work '{unitName}' cannot commit: its session of '{connectName}' is still running a command, or a reader was left open. " +
               "Await every task and dispose every enumerator inside the unit, or give the branch a unit of its own with [NewContext].")
    {
        UnitName = unitName;
        ConnectName = connectName;
    }

    /// <summary>The unit that was to commit.</summary>
    public string UnitName { get; }

    /// <summary>The connect of the busy session.</summary>
    public string ConnectName { get; }
}
