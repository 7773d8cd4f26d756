using System.Diagnostics;
using TxAspects;

namespace SampleWeb.Runs;

/// <summary>Makes a tree of spans: of TxAspects, of Npgsql, and of this program. The names of the tags are in docs/observability.md.</summary>
internal sealed class RunTree(IReadOnlyList<Activity> spans, IReadOnlyList<UnitOfWorkOutcome> outcomes)
{
    private const int LongestName = 90;

    private readonly ILookup<ActivitySpanId, Activity> _children = spans.ToLookup(span => span.ParentSpanId);
    private readonly List<UnitOfWorkOutcome> _outcomes = [.. outcomes];
    private readonly DateTime _began = spans[0].StartTimeUtc;

    public RunNode Build() => NodeOf(spans[0]);

    private RunNode NodeOf(Activity span)
    {
        RunNode[] children = [.. _children[span.SpanId].OrderBy(child => child.StartTimeUtc).Select(NodeOf)];
        var kind = KindOf(span);
        var node = new RunNode
        {
            Kind = kind,
            Name = kind is NodeKind.Command ? NameOfCommand(span) : span.DisplayName,
            Start = Rounded(span.StartTimeUtc - _began),
            Duration = Rounded(span.Duration),
            Outcome = Tag(span, "txaspects.unit.outcome") ?? Tag(span, "txaspects.nested.outcome"),
            Reason = Tag(span, "txaspects.unit.reason"),
            Error = Tag(span, "error.type")?.Split('.')[^1],
            Connection = kind is NodeKind.Command ? (span.GetTagItem("db.npgsql.connection_id") as IConvertible)?.ToInt64(null) : null,
            Children = children,
        };
        return kind is NodeKind.Unit ? WithOutcome(node) : node;
    }

    // Units of one name that ended at the same time ended in the same way: a unit's reason is in its span, only its sessions are not.
    private RunNode WithOutcome(RunNode unit)
    {
        if (_outcomes.Find(outcome => outcome.Name == unit.Name) is not { } ended)
            return unit;

        _outcomes.Remove(ended);
        double? first = CommandsOf(unit).Select(command => (double?)command.Start).Min();
        return unit with
        {
            Sessions = [.. ended.Connects.Select(connect => new SessionReport(connect.Name, connect.State))],
            FirstCommand = first is null ? null : Math.Round(first.Value - unit.Start, 2),
            Body = Rounded(ended.BodyDuration),
            Commit = Rounded(ended.CommitDuration),
        };
    }

    // Not those of units inside, which have transactions of their own.
    private static IEnumerable<RunNode> CommandsOf(RunNode node)
        => node.Children.Where(child => child.Kind is NodeKind.Command)
            .Concat(node.Children.Where(child => child.Kind is NodeKind.Nested or NodeKind.Commit).SelectMany(CommandsOf));

    private static NodeKind KindOf(Activity span) => (span.Source.Name, span.Kind) switch
    {
        (RunRecorder.Npgsql, _) => NodeKind.Command,
        (RunRecorder.TxAspects, _) when span.DisplayName == "commit" => NodeKind.Commit,
        (RunRecorder.TxAspects, _) when span.GetTagItem("txaspects.nested.outcome") is not null => NodeKind.Nested,
        (RunRecorder.TxAspects, _) => NodeKind.Unit,
        (_, ActivityKind.Consumer) => NodeKind.Work,
        _ => NodeKind.Request,
    };

    private static string NameOfCommand(Activity span)
    {
        var text = string.Join(' ', (Tag(span, "db.query.text") ?? span.DisplayName).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= LongestName ? text : text[..LongestName] + "…";
    }

    private static string? Tag(Activity span, string name) => span.GetTagItem(name) as string;

    private static double? Rounded(TimeSpan? time) => time is { } known ? Rounded(known) : null;

    private static double Rounded(TimeSpan time) => Math.Round(time.TotalMilliseconds, 2);
}
