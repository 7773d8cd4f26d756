namespace TxAspects.Benchmarks.Units;

/// <summary>What a unit does.</summary>
internal enum UnitShape
{
    Insert,
    ReadAndInsert,
    InsertTen,
    Read,
}
