namespace SampleConsole.Reading;

/// <summary>Thrown while a line is read that cannot be used; the reader reports it and goes on with the next line.</summary>
internal sealed class BrokenLineException(string reason, string detail) : Exception($"{reason}: {detail}")
{
    public string Reason { get; } = reason;

    public string Detail { get; } = detail;
}
