namespace TxAspects.Interception.Streams;

/// <summary>A sequence that was begun and has not ended.</summary>
internal interface IOpenStream
{
    /// <summary>The unit in which it runs, or null for none.</summary>
    ITxUnit? Unit { get; }

    /// <summary>Ends it between two steps as if it were disposed, and logs what goes wrong: nobody waits for it any more.</summary>
    Task LeaveAsync();
}
