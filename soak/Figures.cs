using System.Collections.Concurrent;

namespace TxAspects.Soak;

/// <summary>What happened how often.</summary>
public sealed class Figures
{
    private readonly ConcurrentDictionary<string, int> _counts = new();

    public int this[string name] => _counts.GetValueOrDefault(name);

    public IEnumerable<KeyValuePair<string, int>> StartingWith(string prefix)
        => _counts.Where(count => count.Key.StartsWith(prefix, StringComparison.Ordinal)).OrderByDescending(count => count.Value);

    public void Count(string name) => _counts.AddOrUpdate(name, 1, (_, count) => count + 1);
}
