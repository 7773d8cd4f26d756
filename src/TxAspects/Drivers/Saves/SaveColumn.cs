namespace TxAspects.Drivers;

/// <summary>A column of a model.</summary>
/// <param name="Table">Its table, quoted where it needs to be.</param>
/// <param name="Name">Its name.</param>
/// <param name="StoreType">The type that the model gives it.</param>
/// <param name="IsNullable">Whether the model expects nulls in it.</param>
public sealed record SaveColumn(string Table, string Name, string StoreType, bool IsNullable);
