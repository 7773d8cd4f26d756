using SampleConsole.Orders;

namespace SampleConsole.Import;

/// <summary>What became of the orders of a run, in numbers. Several threads may add to it.</summary>
internal sealed class ImportTally
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(Verdict Verdict, bool IsRefund), int> _counts = [];

    public int Total => Sum((_, _) => true);

    public IReadOnlyCollection<Verdict> Verdicts
    {
        get
        {
            lock (_lock)
                return [.. _counts.Keys.Select(one => one.Verdict).Distinct().Order()];
        }
    }

    /// <summary>The lines of what was imported.</summary>
    public long Lines { get; private set; }

    public decimal SalesTotal { get; private set; }

    public decimal RefundTotal { get; private set; }

    public long PiecesSold { get; private set; }

    public long PiecesReturned { get; private set; }

    public int Count(Verdict verdict) => Sum((one, _) => one == verdict);

    public int Count(Verdict verdict, bool refunds) => Sum((one, isRefund) => one == verdict && isRefund == refunds);

    public void Add(Order order, Verdict verdict)
    {
        lock (_lock)
        {
            var key = (verdict, order.IsRefund);
            _counts[key] = _counts.GetValueOrDefault(key) + 1;
            if (verdict is Verdict.Imported)
                AddImported(order);
        }
    }

    private void AddImported(Order order)
    {
        var pieces = order.Lines.Sum(line => (long)line.Quantity);
        Lines += order.Lines.Count;
        if (order.IsRefund)
            (RefundTotal, PiecesReturned) = (RefundTotal + order.Total, PiecesReturned + pieces);
        else
            (SalesTotal, PiecesSold) = (SalesTotal + order.Total, PiecesSold + pieces);
    }

    private int Sum(Func<Verdict, bool, bool> counts)
    {
        lock (_lock)
            return _counts.Where(one => counts(one.Key.Verdict, one.Key.IsRefund)).Sum(one => one.Value);
    }
}
