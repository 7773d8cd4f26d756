namespace TxAspects.Testing.Watching;

/// <summary>What must not be left by anything that ran.</summary>
internal static class Sound
{
    public static IEnumerable<string> AmbientFindings
        => Tx.Current is { } unit
            ? [$"The unit of work '{unit.Name}' is still open here. Complete and dispose the scope that Tx.Open returned."]
            : [];
}
