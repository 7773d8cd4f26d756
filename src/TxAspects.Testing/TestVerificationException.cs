namespace TxAspects.Testing;

/// <summary>Thrown when something is not as the test, or a sound application, has it.</summary>
public sealed class TestVerificationException : Exception
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public TestVerificationException(string message, Exception? innerException = null)
        : base(message, innerException)
        => Findings = [message];

    internal TestVerificationException(IReadOnlyList<string> findings, Exception? cause = null)
        : base(string.Join(Environment.NewLine, findings), cause)
        => Findings = findings;

    /// <summary>What was found, one sentence or more each.</summary>
    public IReadOnlyList<string> Findings { get; init; }
}
