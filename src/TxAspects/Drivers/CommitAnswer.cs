namespace TxAspects.Drivers;

/// <summary>What became of a commit that was not refused.</summary>
public sealed record CommitAnswer
{
    /// <summary>The work is kept.</summary>
    public static readonly CommitAnswer Committed = new() { State = CommitState.Committed };

    /// <summary>The transaction ended, and it had written nothing.</summary>
    public static readonly CommitAnswer NothingWritten = new() { State = CommitState.NothingWritten };

    /// <summary>What is known of the work.</summary>
    public required CommitState State { get; init; }

    /// <summary>What happened on the way, such as a connection that was lost; null where nothing did.</summary>
    public Exception? Failure { get; init; }

    /// <summary>Why the commit could not be looked up; null where it could, or nobody tried.</summary>
    public Exception? LookUpFailure { get; init; }

    /// <summary>The position in the server's log after the commit, where it was asked for and told.</summary>
    public string? Position { get; init; }

    /// <summary>Why the position could not be told; null where it was, or was not asked for.</summary>
    public Exception? PositionFailure { get; init; }

    /// <summary>Nobody knows whether the work is kept.</summary>
    public static CommitAnswer Unknown(Exception failure, Exception? lookUpFailure = null)
        => new() { State = CommitState.Unknown, Failure = failure, LookUpFailure = lookUpFailure };
}
