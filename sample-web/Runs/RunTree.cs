using System.Diagnostics;
using SampleWeb.Orders;
using TxAspects;

namespace SampleWeb.Runs;

/// <summary>
/// Makes a tree of spans: of TxAspects, of Npgsql, and of this program. The names of the tags are in docs/observability.md.
/// </summary>
internal sealed class RunTree(IReadOnlyList<Activity> spans, IReadOnlyList<UnitOfWorkOutcome> outcomes)
{
    private const int LongestName = 100;

    private readonly ILookup<ActivitySpanId, Activity> _children = spans.ToLookup(span => span.ParentSpanId);
    private readonly DateTime _began = spans[0].StartTimeUtc;

    /// <summary>The orders that a span tells of, with the time.</summary>
    public static IEnumerable<(DateTimeOffset At, WantedOrder Order)> WantedIn(Activity span)
        => from wanted in span.Events
           where wanted.Name == OrderTrace.Wanted
           from tag in wanted.Tags
           select (wanted.Timestamp, (WantedOrder)tag.Value!);

    public RunNode Build() => NodeOf(spans[0]);

    private RunNode NodeOf(Activity span)
    {
        var kind = KindOf(span);
        IEnumerable<RunNode> children = _children[span.SpanId].Select(NodeOf).Concat(WantedIn(span).Select(NodeOf))
            .OrderBy(child => child.Start);
        var node = new RunNode
        {
            Kind = kind,
            Name = kind is NodeKind.Command ? NameOfCommand(span) : span.DisplayName,
            Start = Rounded(span.StartTimeUtc - _began),
            Duration = Rounded(span.Duration),
            Outcome = Tag(span, "txaspects.unit.outcome") ?? Tag(span, "txaspects.nested.outcome"),
            Reason = Tag(span, "txaspects.unit.reason"),
            Error = Tag(span, "error.type")?.Split('.')[^1],
            Connection = (span.GetTagItem("db.npgsql.connection_id") as IConvertible)?.ToInt64(null),
            Children = [.. kind is NodeKind.Unit ? WithOutside(children) : children],
        };
        return span.GetTagItem("txaspects.unit.id") is long id && outcomes.FirstOrDefault(one => one.Id == id) is { } ended
            ? WithOutcome(node, ended)
            : node;
    }

    private RunNode NodeOf((DateTimeOffset At, WantedOrder Order) wanted) => new()
    {
        Kind = NodeKind.Order,
        Name = $"{wanted.Order.Buyer} orders {wanted.Order.Quantity} {wanted.Order.Sku}",
        Order = wanted.Order.Id,
        Start = Rounded(wanted.At.UtcDateTime - _began),
        Duration = 0,
        Children = [],
    };

    // A session outside the unit has no span of its own. Its commit gives it away: those of units are in a 'commit' span.
    private static IEnumerable<RunNode> WithOutside(IEnumerable<RunNode> children)
    {
        var pending = new List<RunNode>();
        foreach (var child in children)
        {
            pending.Add(child);
            if (child.Kind is NodeKind.Command && child.Name.EndsWith("COMMIT", StringComparison.Ordinal))
            {
                var start = pending[0].Start;
                yield return new RunNode
                {
                    Kind = NodeKind.Outside,
                    Name = "session outside the unit",
                    Start = start,
                    Duration = Math.Round(child.Start + child.Duration - start, 2),
                    Outcome = "committed",
                    Children = [.. pending],
                };
                pending.Clear();
            }
        }

        foreach (var child in pending)
            yield return child;
    }

    private static RunNode WithOutcome(RunNode unit, UnitOfWorkOutcome ended)
    {
        var first = unit.Children.Concat(
            unit.Children.Where(child => child.Kind is NodeKind.Nested or NodeKind.Commit).SelectMany(child => child.Children))
            .Where(child => child.Kind is NodeKind.Command)
            .Min(command => (double?)command.Start);
        return unit with
        {
            UnitId = ended.Id,
            Sessions = [.. ended.Connects.Select(connect => new SessionReport(connect.Name, connect.State))],
            FirstCommand = first is { } at ? Math.Round(at - unit.Start, 2) : null,
            Body = Rounded(ended.BodyDuration),
            Commit = Rounded(ended.CommitDuration),
        };
    }

    private static NodeKind KindOf(Activity span) => (span.Source.Name, span.Kind) switch
    {
        (RunRecorder.Npgsql, _) => span.GetTagItem("db.query.text") is null ? NodeKind.Connect : NodeKind.Command,
        (RunRecorder.TxAspects, _) when span.DisplayName == "commit" => NodeKind.Commit,
        (RunRecorder.TxAspects, _) when span.GetTagItem("txaspects.nested.outcome") is not null => NodeKind.Nested,
        (RunRecorder.TxAspects, _) => NodeKind.Unit,
        (_, ActivityKind.Consumer) => NodeKind.Work,
        _ => NodeKind.Request,
    };

    private static string NameOfCommand(Activity span)
    {
        var text = string.Join(' ', Tag(span, "db.query.text")!.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= LongestName ? text : text[..LongestName] + "…";
    }

    private static string? Tag(Activity span, string name) => span.GetTagItem(name) as string;

    private static double? Rounded(TimeSpan? time) => time is { } known ? Rounded(known) : null;

    private static double Rounded(TimeSpan time) => Math.Round(time.TotalMilliseconds, 2);
}
