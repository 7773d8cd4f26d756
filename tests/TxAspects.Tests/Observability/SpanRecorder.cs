using System.Collections.Concurrent;
using System.Diagnostics;

namespace TxAspects.Tests;

/// <summary>
/// Listens to TxAspects, Npgsql and the test itself, and keeps the ended spans of its own trace alone: other tests run meanwhile.
/// </summary>
public sealed class SpanRecorder : IDisposable
{
    private static readonly ActivitySource Tests = new("TxAspects.Tests");

    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public SpanRecorder()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "TxAspects" or "Npgsql" or "TxAspects.Tests",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
        Root = Start("root");
    }

    /// <summary>What is ambient in the test.</summary>
    public Activity Root { get; }

    /// <summary>The ended spans of TxAspects in this trace, in the order of their ends.</summary>
    public Activity[] Spans => [.. Of("TxAspects")];

    /// <summary>The only one of a name.</summary>
    public Activity Span(string name) => Spans.Single(span => span.DisplayName == name);

    public IEnumerable<Activity> Of(string source) => _ended.Where(span => span.Source.Name == source && span.TraceId == Root.TraceId);

    public static Activity Start(string name) => Tests.StartActivity(name)!;

    public void Dispose()
    {
        Root.Dispose();
        _listener.Dispose();
    }
}
