namespace TxAspects.Dashboard.Recording;

/// <summary>How a unit ended.</summary>
internal sealed record UnitEndRecord(
    UnitVerdict Verdict, string Sentence, FailureRecord? Failure, bool IsRepeated, TimeSpan Duration, TimeSpan? Body, TimeSpan? Commit,
    IReadOnlyList<string> Connects)
{
    private const string Failed = "it failed with";

    public static UnitEndRecord Of(UnitOfWorkOutcome outcome, string? call, bool isDoomed, Texts texts)
    {
        var verdict = outcome.State switch
        {
            UnitOfWorkState.Committed => UnitVerdict.Committed,
            UnitOfWorkState.PartlyCommitted => UnitVerdict.PartlyCommitted,
            UnitOfWorkState.OutcomeUnknown => UnitVerdict.Unknown,
            _ => isDoomed && outcome.Cause is not null ? UnitVerdict.Doomed : UnitVerdict.RolledBack,
        };
        var failure = outcome.Cause is { } cause ? FailureRecord.Of(cause, call, texts) : null;
        return new UnitEndRecord(
            verdict, texts.Bound(SentenceOf(outcome, failure)), failure, outcome.IsRepeated, outcome.Duration.GetValueOrDefault(),
            outcome.BodyDuration, outcome.CommitDuration,
            [.. outcome.Connects.Select(connect => Texts.Bound($"{connect.Name}: {Words(connect.State)}", StepRecord.NameLength))]);
    }

    private static string SentenceOf(UnitOfWorkOutcome outcome, FailureRecord? failure)
    {
        var how = outcome.State switch
        {
            UnitOfWorkState.Committed => "Committed",
            UnitOfWorkState.PartlyCommitted => "Committed in one database and rolled back in another",
            UnitOfWorkState.OutcomeUnknown => "Nobody knows whether it was committed",
            _ => "Rolled back",
        };
        if (outcome.Reason is not { } reason)
            return $"{how}.";

        // The other reasons name the call themselves.
        var where = failure?.Call is { } call && reason.StartsWith(Failed, StringComparison.Ordinal) ? $", in the call '{call}'" : "";
        var again = outcome.IsRepeated ? " It is tried again." : "";
        return $"{how}, because {reason.TrimEnd('.')}{where}.{again}";
    }

    private static string Words(UnitOfWorkState? state) => state switch
    {
        null => "not used",
        UnitOfWorkState.Committed => "committed",
        UnitOfWorkState.RolledBack => "rolled back",
        UnitOfWorkState.OutcomeUnknown => "unknown",
        _ => $"{state}",
    };
}
