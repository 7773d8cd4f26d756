using SampleWeb.Notes;

namespace SampleWeb.Runs;

/// <summary>What happened in one request, and what is left of it.</summary>
public sealed record RunReport
{
    /// <summary>The id of its trace.</summary>
    public required string Id { get; init; }

    /// <summary>The workflow's name.</summary>
    public required string Workflow { get; init; }

    /// <summary>The status that was answered.</summary>
    public required int Status { get; init; }

    /// <summary>The request, with everything that happened in it.</summary>
    public required RunNode Tree { get; init; }

    /// <summary>The orders it was to place, in their sequence.</summary>
    public required IReadOnlyList<RunOrder> Orders { get; init; }

    /// <summary>The notes it left.</summary>
    public required IReadOnlyList<Note> Notes { get; init; }
}
