namespace SampleConsole.Reading;

/// <summary>A line of the file that cannot be used.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Reason">The kind of mistake.</param>
/// <param name="Detail">What is wrong in this line.</param>
internal sealed record BrokenLine(int Number, string Reason, string Detail);
