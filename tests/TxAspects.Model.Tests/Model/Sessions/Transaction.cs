namespace TxAspects.Model.Tests.Model;

/// <summary>A transaction of one session.</summary>
internal sealed class Transaction
{
    public List<Entry> Entries { get; } = [];

    /// <summary>The command that failed, so that the server refuses all others, or null.</summary>
    public (Node Owner, ModelException Cause)? Failure { get; set; }
}
