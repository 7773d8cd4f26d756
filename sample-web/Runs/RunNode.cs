namespace SampleWeb.Runs;

/// <summary>A span of a run, with what happened inside it.</summary>
public sealed record RunNode
{
    public required NodeKind Kind { get; init; }

    public required string Name { get; init; }

    /// <summary>Milliseconds after the run began.</summary>
    public required double Start { get; init; }

    /// <summary>In milliseconds.</summary>
    public required double Duration { get; init; }

    /// <summary>The number of a unit, under which the dashboard has it.</summary>
    public long? UnitId { get; init; }

    /// <summary>What became of it, such as 'committed'; of a unit or nested call.</summary>
    public string? Outcome { get; init; }

    /// <summary>Why it was not committed.</summary>
    public string? Reason { get; init; }

    /// <summary>The exception that ended it.</summary>
    public string? Error { get; init; }

    /// <summary>The sessions that a unit asked for, with what became of each.</summary>
    public IReadOnlyList<SessionReport>? Sessions { get; init; }

    /// <summary>
    /// When a unit's first command was sent, in milliseconds after the unit began; the transaction begins with it. Null where none was
    /// sent.
    /// </summary>
    public double? FirstCommand { get; init; }

    /// <summary>The part of a unit's duration that was its body.</summary>
    public double? Body { get; init; }

    /// <summary>The part of a unit's duration that was its commits.</summary>
    public double? Commit { get; init; }

    /// <summary>The order that somebody wanted.</summary>
    public Guid? Order { get; init; }

    /// <summary>The connection a command ran on.</summary>
    public long? Connection { get; init; }

    public required IReadOnlyList<RunNode> Children { get; init; }
}
