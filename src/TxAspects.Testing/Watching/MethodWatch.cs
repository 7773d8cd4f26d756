using System.Collections.Concurrent;
using System.Diagnostics;

namespace TxAspects.Testing.Watching;

/// <summary>
/// Reads from the library's spans which methods ran in a unit: an event of its span for each that joined, a span under it for each that
/// nested.
/// </summary>
internal sealed class MethodWatch : IDisposable
{
    /// <summary>A unit's span ends on the thread that tells its outcome, right before.</summary>
    [ThreadStatic]
    private static Activity? _last;

    private readonly ConcurrentDictionary<ActivitySpanId, ConcurrentQueue<(DateTime At, string Name)>> _nested = new();
    private readonly ActivityListener _listener;

    public MethodWatch()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "TxAspects",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = Stopped,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyList<string> TakeLast()
    {
        if (_last is not { } span)
            return [];

        _last = null;
        var joined = span.Events.Select(joined => (joined.Timestamp.UtcDateTime, joined.Name));
        var nested = _nested.TryRemove(span.SpanId, out var names) ? names.AsEnumerable() : [];
        return [.. joined.Concat(nested).OrderBy(method => method.Item1).Select(method => method.Item2)];
    }

    public void Dispose() => _listener.Dispose();

    private void Stopped(Activity span)
    {
        if (span.GetTagItem("txaspects.unit.outcome") is not null)
            _last = span;
        else if (span.GetTagItem("txaspects.nested.outcome") is not null)
            _nested.GetOrAdd(span.ParentSpanId, _ => new()).Enqueue((span.StartTimeUtc, span.OperationName));
    }
}
