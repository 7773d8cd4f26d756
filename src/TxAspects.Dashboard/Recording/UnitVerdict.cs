namespace TxAspects.Dashboard.Recording;

/// <summary>How a unit ended, as the page tells outcomes apart.</summary>
internal enum UnitVerdict
{
    Committed,

    /// <summary>Rolled back, and its caller knows why: an exception left the body, or a rollback was asked for.</summary>
    RolledBack,

    /// <summary>The body returned, but something in it had doomed the unit.</summary>
    Doomed,

    PartlyCommitted,

    Unknown,
}
