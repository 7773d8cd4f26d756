namespace TxAspects.UnitsOfWork;

/// <summary>What is ambient: a unit, and where in it the code runs.</summary>
internal sealed record UnitNode(UnitOfWork Unit, UnitPlace Place);

/// <summary>Where in a unit code runs.</summary>
internal enum UnitPlace
{
    /// <summary>In the call that opened it, or in one that joined it and need not be told apart.</summary>
    Inside,

    /// <summary>In a call that joined a unit which reserves completion to the call that opened it.</summary>
    JoinedCall,

    /// <summary>In a hook after the end: no unit is open here, though more hooks may be added.</summary>
    AfterEnd,
}
