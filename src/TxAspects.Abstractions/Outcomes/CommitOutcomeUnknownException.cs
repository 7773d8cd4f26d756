namespace TxAspects;

/// <summary>
/// Thrown when nobody here knows whether work was kept: the connection was lost while a commit was in flight, the commit was cut short, or
/// a transaction could not begin.
/// </summary>
/// <remarks>
/// Look the work up over a new connection before you repeat it; commit markers, an option of the connect, do so for you. The driver's
/// exception, where there was one, is the <see cref="Exception.InnerException"/>.
/// </remarks>
public sealed class CommitOutcomeUnknownException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public CommitOutcomeUnknownException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal CommitOutcomeUnknownException(string unitName, string connectName, Exception? cause, bool wasCutShort,
        IReadOnlyList<string>? rolledBack = null, IReadOnlyList<string>? prepared = null)
        : this(
            Describe(unitName, connectName, wasCutShort) + Describe("After it were rolled back:", rolledBack) +
                Describe("The recovery does the same in:", prepared),
            unitName, connectName, cause)
    {
        WasCutShort = wasCutShort;
        RolledBack = rolledBack ?? [];
        Prepared = prepared ?? [];
    }

    private CommitOutcomeUnknownException(string message, string unitName, string connectName, Exception? cause)
        : base(message, cause)
    {
        UnitName = unitName;
        ConnectName = connectName;
    }

    /// <summary>The unit whose work it is.</summary>
    public string UnitName { get; init; } = "";

    /// <summary>The connect whose answer never came, or cannot be relied on.</summary>
    public string ConnectName { get; init; } = "";

    /// <summary>True where the work is in force on the server that answered, but a failover may lose it.</summary>
    public bool WasCutShort { get; init; }

    /// <summary>The other connects of the unit, which were to commit after this one and were rolled back.</summary>
    public IReadOnlyList<string> RolledBack { get; init; } = [];

    /// <summary>
    /// The other connects of a unit with <see cref="CommitMode.TwoPhase"/>: what was done there is prepared, and the recovery ends it as it
    /// ended in this one.
    /// </summary>
    public IReadOnlyList<string> Prepared { get; init; } = [];

    /// <summary>
    /// The driver sends the beginning of a transaction together with its first command, and the server runs that one although it refused
    /// the other.
    /// </summary>
    internal static CommitOutcomeUnknownException AtBegin(string unitName, string connectName, Exception cause) => new(
        $"The transaction of '{connectName}' in the unit of work '{unitName}' was cancelled while it began, and its first command, which " +
        "was on its way already, may have run by itself and been kept. Look it up over a new connection before you repeat it.",
        unitName, connectName, cause);

    internal CommitOutcomeUnknownException WithRolledBack(IReadOnlyList<string> names)
        => new(UnitName, ConnectName, InnerException, WasCutShort, names);

    internal CommitOutcomeUnknownException WithPrepared(IReadOnlyList<string> names)
        => new(UnitName, ConnectName, InnerException, WasCutShort, prepared: names);

    private static string Describe(string what, IReadOnlyList<string>? names)
        => names is null ? "" : $" {what} {string.Join(", ", names.Select(name => $"'{name}'"))}.";

    private static string Describe(string unitName, string connectName, bool wasCutShort)
        => wasCutShort
            ? $"The commit of the unit of work '{unitName}' in '{connectName}' was cut short while it waited for a synchronous standby, " +
              "so the work is kept there now, but a failover may lose it. Look it up again when the standby has caught up, before you " +
              "repeat it."
            : $"The connection to '{connectName}' was lost while the unit of work '{unitName}' was committing, so the work may have been " +
              "kept or not. Look it up over a new connection before you repeat it.";
}
