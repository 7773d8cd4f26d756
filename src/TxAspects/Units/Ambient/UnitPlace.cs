namespace TxAspects.Units.Ambient;

/// <summary>Where in a unit code runs.</summary>
internal enum UnitPlace
{
    /// <summary>In the call that opened it, or in one that joined it and need not be told apart.</summary>
    Inside,

    /// <summary>In the observer that is told of the unit's opening.</summary>
    Opening,

    /// <summary>In a call that joined a unit which reserves completion to the call that opened it.</summary>
    JoinedCall,

    /// <summary>
    /// In a hook before a commit, or in what a save of the library's own calls: the unit is open, but nobody may end it here.
    /// </summary>
    BeforeCommit,

    /// <summary>In a hook after the end: no unit is open here, though more hooks may be added.</summary>
    AfterEnd,

    /// <summary>In an observer of the end: no unit is open here, and those that are opened are not observed.</summary>
    Observing,
}
