namespace TxAspects.Model.Tests.Model;

/// <summary>The rows that were committed, each with its value.</summary>
internal sealed class ModelRows
{
    private readonly SortedDictionary<int, int> _values = [];

    public bool Contains(int row) => _values.ContainsKey(row);

    public int ValueOf(int row) => _values.GetValueOrDefault(row);

    public void Keep(IEnumerable<Write> writes)
    {
        foreach (var write in writes)
            _values[write.Row] = write.Value;
    }

    public override string ToString()
        => string.Join(" ", _values.Select(row => row.Key == row.Value ? $"{row.Key}" : $"{row.Key}={row.Value}"));
}
