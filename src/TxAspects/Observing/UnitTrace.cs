using System.Diagnostics;

namespace TxAspects.Observing;

/// <summary>The span and the measurements of one unit. There is none where nobody could see it.</summary>
internal sealed class UnitTrace
{
    private readonly TimeProvider _time;
    private readonly long _started;
    private bool _returned;

    public UnitTrace(TimeProvider time, string name)
    {
        _time = time;
        _started = time.GetTimestamp();
        Span = Telemetry.StartSpan(name);
        Telemetry.Open.Add(1, Tag(Telemetry.UnitName, name));
    }

    public Activity? Span { get; }

    public TimeSpan Duration => _time.GetElapsedTime(_started);

    public TimeSpan? Body { get; private set; }

    /// <summary>How long commits took, or null where none began.</summary>
    public TimeSpan? Commit { get; private set; }

    /// <summary>
    /// The body returned or was left in another way. What counts is the first call: a failure after the return is one of the commit.
    /// </summary>
    public void BodyEnded(bool returned)
    {
        if (Body is not null)
            return;

        Body = Duration;
        _returned = returned;
    }

    public async ValueTask CommitAsync(Func<ValueTask> commit)
    {
        using var span = Telemetry.Source.StartActivity(Telemetry.CommitSpan);
        var started = _time.GetTimestamp();
        try
        {
            await commit().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            span?.Failed(exception, reason: null);
            throw;
        }
        finally
        {
            Commit = Commit.GetValueOrDefault() + _time.GetElapsedTime(started);
        }
    }

    public void End(UnitOfWorkOutcome outcome, Exception? failure)
    {
        var tags = new TagList { Tag(Telemetry.UnitName, outcome.Name) };
        Telemetry.Open.Add(-1, tags);
        if (failure is not null)
            tags.Add(Telemetry.ErrorType, failure.GetType().FullName);

        if (outcome.State is UnitOfWorkState.Committed)
            Telemetry.Commits.Add(1, tags);
        else if (outcome.State is UnitOfWorkState.RolledBack)
            Telemetry.Rollbacks.Add(1, [.. tags, Tag(Telemetry.RollbackCause, CauseOf(failure))]);

        tags.Add(Telemetry.UnitOutcome, outcome.State.Text());
        Telemetry.Duration.Record(outcome.Duration.GetValueOrDefault().TotalSeconds, tags);
        if (Span is { IsAllDataRequested: true })
            Describe(Span, outcome, failure);
        Span?.Stop();
    }

    private static void Describe(Activity span, UnitOfWorkOutcome outcome, Exception? failure)
    {
        span.SetTag(Telemetry.UnitName, outcome.Name);
        span.SetTag(Telemetry.UnitId, outcome.Id);
        span.SetTag(Telemetry.UnitOutcome, outcome.State.Text());
        span.SetTag(Telemetry.UnitReason, outcome.Reason);
        if (outcome.Connects.Count > 0)
            span.SetTag(Telemetry.UnitConnects, outcome.Connects.Select(connect => connect.Name).Distinct().ToArray());
        if (outcome.Connects.Select(connect => connect.CommitObstacle).OfType<string>().ToArray() is { Length: > 0 } obstacles)
            span.SetTag(Telemetry.UnitCommitObstacles, obstacles);
        if (outcome.Attempt > 1)
            span.SetTag(Telemetry.UnitRetryCount, outcome.Attempt - 1);
        if (failure is not null)
            span.Failed(failure, outcome.Reason);
    }

    private string CauseOf(Exception? failure) => failure switch
    {
        UnitOfWorkDoomedException when _returned => "doomed",
        ScopeNotCompletedException => "abandoned",
        not null => _returned ? "commit_failed" : "exception",
        null => _returned ? "requested" : "abandoned",
    };

    private static KeyValuePair<string, object?> Tag(string name, object? value) => new(name, value);
}
