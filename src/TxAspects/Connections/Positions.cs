namespace TxAspects.Connections;

/// <summary>The positions of several connects as one text that can go through a header or a cookie.</summary>
internal static class Positions
{
    /// <summary>What the sessions committed, and of other connects what was known before; null where they committed nothing.</summary>
    public static string? Join(IEnumerable<Session> sessions, string? before)
    {
        var own = new Dictionary<string, string>();
        foreach (var session in sessions.Where(session => session.Position is not null))
            own[StartOf(session.Connect.Name)] = Uri.EscapeDataString(session.Position!);

        if (own.Count == 0)
            return null;

        var others = (before ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Where(part => !own.Keys.Any(start => part.StartsWith(start, StringComparison.Ordinal)));
        return string.Join('&', own.Select(one => one.Key + one.Value).Concat(others));
    }

    /// <summary>The position of one connect, or null where the text, which may come from anywhere, has none.</summary>
    public static string? Find(string? positions, string connectName)
    {
        var start = StartOf(connectName);
        var found = positions?.Split('&').FirstOrDefault(part => part.StartsWith(start, StringComparison.Ordinal));
        return found is null ? null : Uri.UnescapeDataString(found[start.Length..]);
    }

    private static string StartOf(string connectName) => Uri.EscapeDataString(connectName) + "=";
}
