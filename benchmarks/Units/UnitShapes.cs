namespace TxAspects.Benchmarks.Units;

/// <summary>The shapes, and their names in the report.</summary>
internal static class UnitShapes
{
    public static readonly UnitShape[] All = Enum.GetValues<UnitShape>();

    public static string InWords(this UnitShape shape) => shape switch
    {
        UnitShape.Insert => "one insert",
        UnitShape.ReadAndInsert => "one read and one insert",
        UnitShape.InsertTen => "ten inserts",
        _ => "one read",
    };
}
