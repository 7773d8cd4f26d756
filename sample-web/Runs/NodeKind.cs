namespace SampleWeb.Runs;

/// <summary>What a span stands for.</summary>
public enum NodeKind
{
    Request,
    Unit,
    Nested,
    Commit,
    Command,
    Work,
}
