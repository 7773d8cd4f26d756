namespace TxAspects.Connections;

/// <summary>The positions of several connects as one text that can go through a header or a cookie.</summary>
internal static class Positions
{
    public static string? Join(IEnumerable<Session> sessions)
    {
        var known = sessions
            .Where(session => session.Position is not null)
            .Select(session => $"{Uri.EscapeDataString(session.Connect.Name)}={Uri.EscapeDataString(session.Position!)}")
            .ToArray();
        return known.Length == 0 ? null : string.Join('&', known);
    }

    /// <summary>The position of one connect, or null where the text, which may come from anywhere, has none. The last one counts.</summary>
    public static string? Find(string? positions, string connectName)
    {
        var start = Uri.EscapeDataString(connectName) + "=";
        var found = positions?.Split('&').LastOrDefault(part => part.StartsWith(start, StringComparison.Ordinal));
        return found is null ? null : Uri.UnescapeDataString(found[start.Length..]);
    }
}
