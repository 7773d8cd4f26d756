namespace TxAspects.Calls;

/// <summary>A call's part in a unit.</summary>
internal enum CallPart
{
    /// <summary>It opens one, and decides its end.</summary>
    Open,

    /// <summary>It runs in the one that is open.</summary>
    Join,

    /// <summary>It runs in the one that is open, and can be undone by itself.</summary>
    Nest,

    /// <summary>It runs without one.</summary>
    Without,

    /// <summary>It needs one, and none is open.</summary>
    RefuseNone,

    /// <summary>It wants none, and one is open.</summary>
    RefuseOpen,
}
