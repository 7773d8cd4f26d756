namespace TxAspects.Model.Tests.Flows;

/// <summary>Lets one flow act at a time, and picks the next one at random: a seed gives the same interleaving each time.</summary>
public sealed class Scheduler(int seed)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Random _random = new(seed);
    private readonly List<Flow> _ready = [];
    private TaskCompletionSource _parked = new();
    private int _flows;

    /// <summary>Runs the first flow and all that it starts, to their end.</summary>
    /// <exception cref="TimeoutException">A flow did not come back.</exception>
    public async Task RunAsync(Func<Flow, Task> body)
    {
        var first = Start(body);
        while (_ready.Count > 0)
        {
            var next = _ready[_random.Next(_ready.Count)];
            _ready.Remove(next);
            _parked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            next.GiveTurn();
            await _parked.Task.WaitAsync(Patience);
        }

        if (!first.IsFinished)
            throw new InvalidOperationException("All flows wait for each other.");
    }

    /// <summary>Starts a flow, which acts when its turn comes.</summary>
    public Flow Start(Func<Flow, Task> body)
    {
        var flow = new Flow(_flows++);
        _ = RunAsync(flow, flow.WaitForTurnAsync(), body);
        _ready.Add(flow);
        return flow;
    }

    /// <summary>Lets others act before this flow goes on.</summary>
    public Task YieldAsync(Flow flow)
    {
        if (_ready.Count == 0 || flow.Held > 0)
            return Task.CompletedTask;

        var turn = flow.WaitForTurnAsync();
        _ready.Add(flow);
        _parked.SetResult();
        return turn;
    }

    /// <summary>Goes on when another flow has finished.</summary>
    public Task JoinAsync(Flow flow, Flow other)
    {
        if (other.IsFinished)
            return Task.CompletedTask;

        var turn = flow.WaitForTurnAsync();
        other.Waiting.Add(flow);
        _parked.SetResult();
        return turn;
    }

    private async Task RunAsync(Flow flow, Task turn, Func<Flow, Task> body)
    {
        await turn;
        try
        {
            await body(flow);
        }
        catch (Exception exception)
        {
            flow.Failure = exception;
        }

        flow.IsFinished = true;
        _ready.AddRange(flow.Waiting);
        _parked.SetResult();
    }
}
