namespace TxAspects.Dashboard.Recording;

/// <summary>The last units that ended.</summary>
internal sealed class RecordRing(int size)
{
    private readonly UnitRecord?[] _records = new UnitRecord?[size];    // lock on it
    private long _count;

    public void Add(UnitRecord record)
    {
        lock (_records)
            _records[_count++ % _records.Length] = record;
    }

    /// <summary>The newest first.</summary>
    public List<UnitRecord> ToList()
    {
        lock (_records)
        {
            var records = new List<UnitRecord>((int)Math.Min(_count, _records.Length));
            for (var at = _count - 1; at >= 0 && at >= _count - _records.Length; at--)
                records.Add(_records[at % _records.Length]!);
            return records;
        }
    }

    public UnitRecord? Find(long id)
    {
        lock (_records)
            return Array.Find(_records, record => record?.Id == id);
    }
}
