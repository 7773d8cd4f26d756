using System.Threading.Tasks.Sources;

namespace TxAspects.Tests;

/// <summary>
/// The source of a value task that yields before it completes, and counts how often its result is taken: once is allowed.
/// </summary>
public sealed class CountingSource : IValueTaskSource<int>
{
    private ManualResetValueTaskSourceCore<int> _core = new() { RunContinuationsAsynchronously = true };

    public int ResultsTaken { get; private set; }

    public void SetResult(int result) => _core.SetResult(result);

    public int GetResult(short token)
    {
        ResultsTaken++;
        return _core.GetResult(_core.Version);
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(_core.Version);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, _core.Version, flags);
}
