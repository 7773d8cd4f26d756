using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace TxAspects.Observing;

/// <summary>
/// Every name and unit of traces and metrics, in the way of OpenTelemetry's conventions; docs/observability.md tells what they mean.
/// </summary>
internal static class Telemetry
{
    public const string UnitName = "txaspects.unit.name";
    public const string UnitId = "txaspects.unit.id";
    public const string UnitOutcome = "txaspects.unit.outcome";
    public const string UnitReason = "txaspects.unit.reason";
    public const string UnitConnects = "txaspects.unit.connects";
    public const string UnitCommitObstacles = "txaspects.unit.commit_obstacles";
    public const string UnitRetryCount = "txaspects.unit.retry_count";
    public const string RollbackCause = "txaspects.rollback.cause";
    public const string NestedOutcome = "txaspects.nested.outcome";
    public const string LeakType = "txaspects.leak.type";
    public const string ErrorType = "error.type";
    public const string CommitSpan = "commit";

    public static readonly ActivitySource Source = new("TxAspects", Version);

    private static readonly Meter Meter = new("TxAspects", Version);

    public static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "txaspects.unit.duration", "s", "Duration of units of work.", tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] });

    public static readonly UpDownCounter<long> Open = Meter.CreateUpDownCounter<long>(
        "txaspects.unit.open", "{unit}", "Units of work that are open.");

    public static readonly Counter<long> Commits = Meter.CreateCounter<long>(
        "txaspects.unit.commits", "{unit}", "Units of work that were committed.");

    public static readonly Counter<long> Rollbacks = Meter.CreateCounter<long>(
        "txaspects.unit.rollbacks", "{unit}", "Units of work that were rolled back.");

    public static readonly Counter<long> Retries = Meter.CreateCounter<long>(
        "txaspects.unit.retries", "{retry}", "Attempts that failed and were repeated.");

    public static readonly Counter<long> Leaks = Meter.CreateCounter<long>("txaspects.unit.leaks", "{unit}", "Units of work that stayed " +
        "open, or idle in a transaction, past a limit.");

    public static bool IsHeard => Source.HasListeners() || Duration.Enabled || Open.Enabled || Commits.Enabled || Rollbacks.Enabled;

    private static string? Version => typeof(Telemetry).Assembly.GetName().Version?.ToString(3);

    /// <summary>Starts a span under the ambient one, or under another, and leaves what is ambient as it was.</summary>
    public static Activity? StartSpan(string name)
    {
        var previous = Activity.Current;
        var span = Source.StartActivity(name);
        if (span is not null)
            Activity.Current = previous;
        return span;
    }

    public static void Failed(this Activity span, Exception failure, string? reason)
    {
        span.SetTag(ErrorType, failure.GetType().FullName);
        span.SetStatus(ActivityStatusCode.Error, reason);
    }

    /// <summary>The value of <see cref="UnitOutcome"/>.</summary>
    public static string Text(this UnitOfWorkState state) => state switch
    {
        UnitOfWorkState.Committed => "committed",
        UnitOfWorkState.RolledBack => "rolled_back",
        UnitOfWorkState.PartlyCommitted => "partly_committed",
        _ => "unknown",
    };
}
