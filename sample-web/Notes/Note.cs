using System.Diagnostics;

namespace SampleWeb.Notes;

/// <summary>A remark that is kept.</summary>
public sealed class Note
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required string Text { get; init; }

    /// <summary>The trace of the request that wrote it.</summary>
    public string? TraceId { get; init; } = Activity.Current?.TraceId.ToString();

    public DateTimeOffset NotedAt { get; init; }
}
