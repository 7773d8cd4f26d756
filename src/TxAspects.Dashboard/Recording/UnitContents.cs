namespace TxAspects.Dashboard.Recording;

/// <summary>What a unit holds and did so far, for who reads it under the unit's lock.</summary>
internal readonly record struct UnitContents(
    StepBuffer Steps, List<HeldConnection> Held, List<LockWaitRecord> Waits, int RoundTrips, int Commands, TimeSpan InCommands,
    bool IsDoomed);
