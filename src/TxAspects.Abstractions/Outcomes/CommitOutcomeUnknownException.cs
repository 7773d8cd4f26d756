namespace TxAspects;

/// <summary>Thrown when nobody here knows what became of a commit: the connection was lost while it was in flight, or it was cut short.</summary>
/// <remarks>Look the work up over a new connection before you repeat it; commit markers, an option of the connect, do so for you. The driver's exception, where there was one, is the <see cref="Exception.InnerException"/>.</remarks>
public sealed class CommitOutcomeUnknownException : TxAspectsException
{
    internal CommitOutcomeUnknownException(string unitName, string connectName, Exception? cause, bool wasCutShort, IReadOnlyList<string>? rolledBack = null)
        : base(Describe(unitName, connectName, wasCutShort) + Describe(rolledBack), cause)
    {
        UnitName = unitName;
        ConnectName = connectName;
        WasCutShort = wasCutShort;
        RolledBack = rolledBack ?? [];
    }

    /// <summary>The unit that was committing.</summary>
    public string UnitName { get; }

    /// <summary>The connect whose answer never came, or cannot be relied on.</summary>
    public string ConnectName { get; }

    /// <summary>True where the work is in force on the server that answered, but a failover may lose it.</summary>
    public bool WasCutShort { get; }

    /// <summary>The other connects of the unit, which were to commit after this one and were rolled back.</summary>
    public IReadOnlyList<string> RolledBack { get; }

    internal CommitOutcomeUnknownException WithRolledBack(IReadOnlyList<string> names) => new(UnitName, ConnectName, InnerException, WasCutShort, names);

    private static string Describe(IReadOnlyList<string>? rolledBack)
        => rolledBack is null ? "" : $" After it were rolled back: {string.Join(", ", rolledBack.Select(name => $"'{name}'"))}.";

    private static string Describe(string unitName, string connectName, bool wasCutShort)
        => wasCutShort
            ? $"The commit of the unit of work '{unitName}' in '{connectName}' was cut short while it waited for a synchronous standby, so the work is kept there now, " +
              "but a failover may lose it. Look it up again when the standby has caught up, before you repeat it."
            : $"The connection to '{connectName}' was lost while the unit of work '{unitName}' was committing, so the work may have been kept or not. " +
              "Look it up over a new connection before you repeat it.";
}
