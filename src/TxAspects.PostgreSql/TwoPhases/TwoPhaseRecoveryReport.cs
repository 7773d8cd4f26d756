namespace TxAspects;

/// <summary>What one run of a <see cref="PostgresTwoPhaseRecovery"/> did.</summary>
public sealed class TwoPhaseRecoveryReport
{
    internal TwoPhaseRecoveryReport()
    {
    }

    /// <summary>The prepared transactions that it committed, by their names in pg_prepared_xacts.</summary>
    public required IReadOnlyList<string> Committed { get; init; }

    /// <summary>Those that it rolled back.</summary>
    public required IReadOnlyList<string> RolledBack { get; init; }

    /// <summary>Those that it left: the database that knows the decision did not answer, or is none of the recovery's connects.</summary>
    public required IReadOnlyList<string> InDoubt { get; init; }

    /// <summary>
    /// Those that another role prepared, and that it therefore left: run a recovery as that role, or see <see
    /// cref="PostgresTwoPhaseRecovery.OfEveryRole"/>.
    /// </summary>
    public required IReadOnlyList<string> OfOtherRoles { get; init; }

    /// <summary>How many decisions it removed because nobody needs them any more.</summary>
    public required int DecisionsRemoved { get; init; }

    /// <summary>What went wrong, by the name of the connect. The next run tries again.</summary>
    public required IReadOnlyList<KeyValuePair<string, Exception>> Failures { get; init; }

    /// <summary>Whether it had nothing to do and nothing went wrong. What other roles prepared does not count.</summary>
    public bool IsQuiet => Committed.Count + RolledBack.Count + InDoubt.Count + Failures.Count == 0;
}
