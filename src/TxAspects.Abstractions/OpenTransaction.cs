namespace TxAspects;

/// <summary>A transaction that is open in a unit of work, for those who must not keep it waiting.</summary>
/// <param name="UnitName">The unit.</param>
/// <param name="ConnectName">The connect on whose session it is open.</param>
public sealed record OpenTransaction(string UnitName, string ConnectName);
