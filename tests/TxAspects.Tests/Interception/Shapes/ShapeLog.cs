namespace TxAspects.Tests;

/// <summary>What generated methods tell of themselves.</summary>
public static class ShapeLog
{
    [ThreadStatic]
    private static List<(int Number, bool IsOpen)>? _ran;

    public static List<(int Number, bool IsOpen)> Ran => _ran ??= [];

    public static bool Note(int number)
    {
        Ran.Add((number, Tx.IsOpen));
        return true;
    }
}
