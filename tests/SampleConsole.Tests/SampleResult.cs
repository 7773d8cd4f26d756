namespace SampleConsole.Tests;

/// <summary>How a run of the program ended and what it wrote.</summary>
internal sealed record SampleResult(int ExitCode, string Output, string Error)
{
    public void AssertSucceeded() => Assert.AreEqual(0, ExitCode, Output + Error);
}
