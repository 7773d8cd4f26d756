namespace TxAspects;

/// <summary>Thrown when a container is built with declarations that cannot work, with all of them in one message.</summary>
public sealed class TxAspectsConfigurationException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public TxAspectsConfigurationException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal TxAspectsConfigurationException(IReadOnlyList<string> findings)
        : base($"TxAspects found {findings.Count} {(findings.Count == 1 ? "mistake" : "mistakes")} in what is " +
               $"declared:{Environment.NewLine}" +
               string.Join(Environment.NewLine, findings.Select(finding => $"- {finding}")))
        => Findings = findings;

    /// <summary>One sentence or more for each mistake, with the member's name and the remedy.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];
}
