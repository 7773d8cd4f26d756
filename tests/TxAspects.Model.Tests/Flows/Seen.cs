namespace TxAspects.Model.Tests.Flows;

/// <summary>One thing that was seen while a tree ran.</summary>
/// <param name="Flow">In which flow.</param>
/// <param name="Step">Of which step.</param>
/// <param name="Moment">What the step did: begins, enters, ends, unit.</param>
/// <param name="Result">What came of it.</param>
/// <param name="IsDoomed">Whether the unit around it could only roll back then.</param>
public sealed record Seen(int Flow, int Step, string Moment, string Result, bool IsDoomed)
{
    /// <summary>What is not compared literally: the message, or the names that it must hold.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    public bool Equals(Seen? other)
        => other is not null &&
           (Flow, Step, Moment, Result, IsDoomed) == (other.Flow, other.Step, other.Moment, other.Result, other.IsDoomed);

    public override int GetHashCode() => HashCode.Combine(Flow, Step, Moment, Result, IsDoomed);

    public override string ToString()
        => $"flow {Flow}, step {Step} {Moment}{(Result.Length > 0 ? $": {Result}" : "")}{(IsDoomed ? " [doomed]" : "")}" +
           $"{(Words.Count > 0 ? $"  ({string.Join(" | ", Words)})" : "")}";
}
