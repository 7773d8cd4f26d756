using System.Diagnostics;
using SampleWeb.Orders;
using TxAspects;

namespace SampleWeb.Runs;

/// <summary>The spans of one request. It is over when every span that began has ended.</summary>
internal sealed class Run(ActivityTraceId id, string workflow)
{
    private readonly Lock _lock = new();
    private readonly List<Activity> _spans = [];                      // guarded by _lock
    private readonly List<UnitOfWorkOutcome> _outcomes = [];          // guarded by _lock
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open;                                                // guarded by _lock

    public string Id { get; } = id.ToString();

    public string Workflow => workflow;

    public int Status { get; set; }

    public Task Over => _over.Task;

    public void Started(Activity span)
    {
        lock (_lock)
        {
            _spans.Add(span);
            _open++;
        }
    }

    public void Stopped()
    {
        lock (_lock)
        {
            if (--_open == 0)
                _over.TrySetResult();
        }
    }

    public void Ended(UnitOfWorkOutcome outcome)
    {
        lock (_lock)
            _outcomes.Add(outcome);
    }

    /// <summary>The orders that somebody wanted, whatever became of them.</summary>
    public IReadOnlyList<WantedOrder> WantedOrders()
    {
        lock (_lock)
            return [.. _spans.SelectMany(RunTree.WantedIn).OrderBy(wanted => wanted.At).Select(wanted => wanted.Order)];
    }

    public RunNode ToTree()
    {
        lock (_lock)
            return new RunTree(_spans, _outcomes).Build();
    }
}
