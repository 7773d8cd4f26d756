namespace TxAspects.Model.Tests.Trees;

/// <summary>How a call is made and what it declares.</summary>
public sealed record Call(CallEntry Entry, Propagation Propagation)
{
    /// <summary>Its own limit, in seconds and a half, so that no moment falls on it.</summary>
    public int? Seconds { get; init; }

    public int MaxRetries { get; init; }

    /// <summary>Whether it lists the tolerated exception in CommitOn.</summary>
    public bool Tolerates { get; init; }

    /// <summary>Whether a scope is disposed without having been completed.</summary>
    public bool Leaves { get; init; }

    public override string ToString()
        => $"{Entry} {Propagation}{(Seconds is { } seconds ? $" within {seconds} s" : "")}" +
           $"{(MaxRetries > 0 ? $" retries {MaxRetries}" : "")}{(Tolerates ? " tolerates" : "")}{(Leaves ? " leaves" : "")}";
}
