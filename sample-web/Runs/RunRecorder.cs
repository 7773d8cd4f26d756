using System.Collections.Concurrent;
using System.Diagnostics;
using TxAspects;

namespace SampleWeb.Runs;

/// <summary>Listens to the spans of recorded requests, and to nobody else's. Keeps the last ones.</summary>
public sealed class RunRecorder : IDisposable
{
    internal const string TxAspects = "TxAspects";
    internal const string Npgsql = "Npgsql";

    private const string Own = "SampleWeb";
    private const int MostRuns = 500;

    private readonly ConcurrentDictionary<ActivityTraceId, Run> _runs = new();
    private readonly ConcurrentQueue<ActivityTraceId> _byAge = new();
    private readonly ActivityListener _listener;

    public RunRecorder()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is Own or TxAspects or Npgsql,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                _runs.ContainsKey(options.TraceId) ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStarted = span => Find(span)?.Started(span),
            ActivityStopped = span => Find(span)?.Stopped(),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The program's own spans.</summary>
    internal static ActivitySource Source { get; } = new(Own);

    public void Dispose() => _listener.Dispose();

    /// <summary>Begins a run, whose trace is a new one.</summary>
    internal (Run Run, Activity Span) Begin(string workflow)
    {
        var context = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        var run = new Run(context.TraceId, workflow);
        _runs.TryAdd(context.TraceId, run);
        _byAge.Enqueue(context.TraceId);
        if (_byAge.Count > MostRuns && _byAge.TryDequeue(out var oldest))
            _runs.TryRemove(oldest, out _);
        return (run, Source.StartActivity($"POST /workflows/{workflow}", ActivityKind.Server, context)!);
    }

    /// <summary>For <see cref="TxAspectsOptions.OnEnded"/>.</summary>
    internal void Ended(UnitOfWorkOutcome outcome)
    {
        if (Activity.Current is { } current)
            Find(current)?.Ended(outcome);
    }

    internal Run? Find(string id)
        => id.Length == 32 && id.All(char.IsAsciiHexDigitLower) && id.Any(digit => digit != '0')    // that is no trace id
            ? _runs.GetValueOrDefault(ActivityTraceId.CreateFromString(id))
            : null;

    private Run? Find(Activity span) => _runs.GetValueOrDefault(span.TraceId);
}
