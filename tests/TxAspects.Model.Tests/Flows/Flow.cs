namespace TxAspects.Model.Tests.Flows;

/// <summary>One branch of a tree that runs: it acts only while the scheduler lets it.</summary>
public sealed class Flow(int number)
{
    private TaskCompletionSource? _turn;

    public int Number => number;

    public bool IsFinished { get; set; }

    /// <summary>How the branch failed, or null.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Above zero while it runs what must not be interrupted.</summary>
    public int Held { get; set; }

    public List<Flow> Waiting { get; } = [];

    public Task WaitForTurnAsync()
    {
        _turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _turn.Task;
    }

    public void GiveTurn() => _turn!.SetResult();
}
