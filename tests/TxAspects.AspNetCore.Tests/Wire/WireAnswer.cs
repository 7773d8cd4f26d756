namespace TxAspects.AspNetCore.Tests;

/// <summary>What a client sees of an answer, and of the one behind it on the same connection.</summary>
/// <param name="Status">Null where no answer came.</param>
/// <param name="Headers">Sorted, without what changes from one request to the next.</param>
/// <param name="Body">Without the borders of chunks.</param>
/// <param name="End">Whole, cut off, or what is wrong with its framing.</param>
/// <param name="Next">The answer to the next request on the connection.</param>
internal sealed record WireAnswer(int? Status, string Headers, string Body, string End, string Next)
{
    public const string Whole = "whole";

    public const string CutOff = "cut off";

    public bool IsSuccess => End == Whole && Status < 400;

    /// <summary>How much of an answer arrives before it is cut off is chance.</summary>
    public string Comparable => End == CutOff ? CutOff : $"{Status} [{Headers}] [{Shortened}] {End} [{Next}]";

    private string Shortened => Body.Length > 200 ? $"{Body[..200]}… {Body.Length} {Body.GetHashCode()}" : Body;

    public override string ToString() => $"{Status} {End} {Shortened}";
}
