namespace TxAspects.Dashboard.Recording;

/// <summary>
/// The first steps of a unit and its last ones; of those between them only the number. For who holds the lock of the unit.
/// </summary>
internal sealed class StepBuffer(int most)
{
    private readonly List<StepRecord> _first = [];
    private readonly int _firstCount = most - (most / 4);
    private readonly int _lastCount = most / 4;
    private StepRecord?[]? _last;    // by number, in a circle

    /// <summary>How many steps there were.</summary>
    public int Count { get; private set; }

    public void Add(StepRecord step)
    {
        Count = Math.Max(Count, step.Number + 1);
        if (_first.Count < _firstCount)
            _first.Add(step);
        else
            (_last ??= new StepRecord?[_lastCount])[step.Number % _lastCount] = step;
    }

    /// <summary>The step of this number, where it is kept.</summary>
    public StepRecord? Find(int number)
    {
        // Steps are numbered in the order in which they begin. Branches of a unit may be told of in another one, so the place is a guess.
        if (number < _first.Count && _first[number].Number == number)
            return _first[number];
        if (_first.Find(step => step.Number == number) is { } first)
            return first;
        return _last?[number % _lastCount] is { } last && last.Number == number ? last : null;
    }

    public StepRecord[] ToArray()
        => [.. _first.Concat(_last?.OfType<StepRecord>() ?? []).OrderBy(step => step.Number)];
}
