using TxAspects.Drivers;

namespace TxAspects.Sessions;

/// <summary>The positions of several connects, as one text that can go through a header or a cookie.</summary>
internal sealed class Positions
{
    private readonly Dictionary<string, string> _known = [];    // lock on it

    /// <summary>Takes what a commit told, unless a later one is known: branches may tell theirs in any order.</summary>
    public void Note(string connectName, string position, DbCluster cluster)
    {
        lock (_known)
        {
            if (!_known.TryGetValue(connectName, out var known) || cluster.IsAfter(position, known))
                _known[connectName] = position;
        }
    }

    /// <summary>What is known here, and of other connects what was known before.</summary>
    public string Join(string? before)
    {
        string[] own;
        string[] starts;
        lock (_known)
        {
            starts = [.. _known.Keys.Select(StartOf)];
            own = [.. _known.Select(one => StartOf(one.Key) + Uri.EscapeDataString(one.Value))];
        }

        var others = (before ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Where(part => !Array.Exists(starts, start => part.StartsWith(start, StringComparison.Ordinal)));
        return string.Join('&', own.Concat(others));
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
