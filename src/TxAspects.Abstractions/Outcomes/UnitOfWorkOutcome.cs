namespace TxAspects;

/// <summary>How a unit of work ended, why, what it opened, and how long each part took.</summary>
public sealed class UnitOfWorkOutcome
{
    /// <summary>The unit's <see cref="ITxUnit.Id"/>.</summary>
    public required long Id { get; init; }

    /// <summary>The unit's <see cref="ITxUnit.Name"/>.</summary>
    public required string Name { get; init; }

    /// <summary>How it ended: never <see cref="UnitOfWorkState.Open"/> or <see cref="UnitOfWorkState.Doomed"/>.</summary>
    public required UnitOfWorkState State { get; init; }

    /// <summary>Why it was not committed, in words; null where it was.</summary>
    public required string? Reason { get; init; }

    /// <summary>The exception behind it; null where there was none.</summary>
    public required Exception? Cause { get; init; }

    /// <summary>Which attempt this was: 1, and more when a failed one was repeated.</summary>
    public required int Attempt { get; init; }

    /// <summary>True when this attempt failed and another one follows.</summary>
    public required bool IsRepeated { get; init; }

    /// <summary>
    /// The connects whose session was asked for, in the order of first use. One that was closed and used again occurs twice.
    /// </summary>
    public required IReadOnlyList<ConnectOutcome> Connects { get; init; }

    /// <inheritdoc cref="ITxUnit.Position"/>
    public string? Position { get; init; }

    /// <summary>
    /// From the opening until connections were released. Null where nobody measured: no <c>TxAspectsOptions.OnEnded</c>, no scope, no
    /// listener.
    /// </summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>From the opening until the body returned or threw. Null where nobody measured.</summary>
    public TimeSpan? BodyDuration { get; init; }

    /// <summary>
    /// The commits of all connects, early ones included, without what was saved before them. Null where none began or nobody measured.
    /// </summary>
    public TimeSpan? CommitDuration { get; init; }
}
