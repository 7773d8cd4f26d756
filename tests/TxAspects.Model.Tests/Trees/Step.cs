using System.Text;

namespace TxAspects.Model.Tests.Trees;

/// <summary>One step of a tree, with the steps inside it.</summary>
public sealed record Step(int Id, StepKind Kind)
{
    /// <summary>Which of the two connects.</summary>
    public int Connect { get; init; }

    public Call? Call { get; init; }

    public WhenInTransaction Mode { get; init; }

    public HookMoment Moment { get; init; }

    /// <summary>Whether the caller goes on where the step throws.</summary>
    public bool Swallows { get; init; }

    /// <summary>How often it conflicts, the seconds that pass, where a sequence is left, or the step whose object changes.</summary>
    public int Number { get; init; }

    public IReadOnlyList<Step> Body { get; init; } = [];

    /// <summary>The name of a call in messages.</summary>
    public string Name => (Call, Kind) switch
    {
        ({ Entry: CallEntry.Proxy } call, StepKind.Stream) => $"Calls.{call.Propagation}Sequence",
        ({ Entry: CallEntry.Proxy } call, _) => $"Calls.{call.Propagation}Async",
        _ => $"call-{Id}-",
    };

    public bool IsBad => Kind is StepKind.SaveBad or StepKind.AddBad or StepKind.SqlBad;

    public int Count => 1 + Body.Sum(step => step.Count);

    public override string ToString()
    {
        var text = new StringBuilder($"{Id} {Kind}");
        if (Kind is StepKind.Call or StepKind.Stream)
            text.Append($" {Call}");
        if (Kind is StepKind.Block)
            text.Append($" {Mode}");
        if (Kind is StepKind.Hook)
            text.Append($" {Moment}");
        if (Kind is <= StepKind.Query or StepKind.Block or StepKind.Commit or StepKind.Rollback or StepKind.Close)
            text.Append($" on {(Connect == 0 ? "master" : "archive")}");
        if (Kind is StepKind.Conflict or StepKind.Pass or StepKind.Stream or StepKind.Touch)
            text.Append($" {Number}");
        return text.Append(Swallows ? " (swallowed)" : "").ToString();
    }

    /// <summary>The tree as indented text.</summary>
    public string Tell(int depth = 0)
        => $"{new string(' ', depth * 2)}{this}\n{string.Concat(Body.Select(step => step.Tell(depth + 1)))}";
}
