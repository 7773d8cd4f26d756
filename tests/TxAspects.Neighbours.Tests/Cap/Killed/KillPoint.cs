namespace TxAspects.Neighbours.Tests.Cap.Killed;

/// <summary>Where a process is killed while it places an order.</summary>
internal enum KillPoint
{
    /// <summary>Order and message are stored, and not committed.</summary>
    Stored,

    /// <summary>They are committed, and nothing was sent.</summary>
    Committed,

    /// <summary>CAP is about to send.</summary>
    Sending,

    /// <summary>The broker has the message, and CAP has not noted it.</summary>
    Sent,

    /// <summary>Several orders at a time are on their way.</summary>
    AnyMoment,
}
