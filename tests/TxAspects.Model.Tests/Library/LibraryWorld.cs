using TxAspects.Model.Tests.Flows;
using TxAspects.Model.Tests.Trees;

namespace TxAspects.Model.Tests.Library;

/// <summary>Runs the steps of one tree on the library, against the server.</summary>
/// <remarks>Places are null here: what is ambient says where a step runs.</remarks>
public sealed class LibraryWorld(Lane lane, int tree) : IWorld
{
    private readonly LibrarySteps _steps = new(lane, tree);

    public Action<Step, string>? UnitEnded { get; set; }

    public Task ActAsync(Step step, object? place) => _steps.RunAsync(step);

    public async Task CallAsync(Step step, object? place, Func<object?, Task> body)
    {
        var around = Tx.Current;
        ITxUnit? opened = null;
        try
        {
            await (step.Call!.Entry switch
            {
                CallEntry.Proxy => CallProxyAsync(step.Call.Propagation, RunAsync),
                CallEntry.Scope => OpenScopeAsync(step, RunAsync),
                _ => Tx.RunAsync(RunAsync, OptionsOf(step)),
            });
        }
        finally
        {
            if (opened is not null)
                UnitEnded?.Invoke(step, opened.State.ToString());
        }

        Task RunAsync()
        {
            opened = Tx.Current == around ? null : Tx.Current;
            return body(null);
        }
    }

    public Task BlockAsync(Step step, object? place, Func<object?, Task> body)
        => Tx.AtomicAsync(lane.Connects[step.Connect], _ => body(null), step.Mode);

    public IAsyncEnumerator<int> Enumerate(Step step, object? place, Func<object?, int, Task> body, int count)
    {
        var around = Tx.Current;
        ITxUnit? opened = null;
        var sequence = step.Call!.Propagation switch
        {
            Propagation.RequiresNew => lane.Calls.RequiresNewSequence(RunAsync, count),
            Propagation.Nested => lane.Calls.NestedSequence(RunAsync, count),
            _ => lane.Calls.RequiredSequence(RunAsync, count),
        };
        return new WatchedSequence(sequence.GetAsyncEnumerator(), () =>
        {
            if (opened is not null)
                UnitEnded?.Invoke(step, opened.State.ToString());
        });

        Task RunAsync(int element)
        {
            opened = Tx.Current == around ? null : Tx.Current;
            return body(null, element);
        }
    }

    public void AddHook(Step step, object? place, Func<object?, Task> body)
    {
        Action<Func<Task>> add = step.Moment switch
        {
            HookMoment.Committing => Tx.OnCommitting,
            HookMoment.Committed => Tx.OnCommitted,
            _ => Tx.OnRolledBack,
        };
        add(() => body(null));
    }

    public bool IsDoomed(object? place) => Tx.Current?.RollbackReason is not null;

    public string Describe(Exception exception) => ExceptionWords.Describe(exception);

    public IReadOnlyList<string> WordsOf(Exception exception) => [exception.Message];

    public Task<string> FindRowsAsync() => lane.FindRowsAsync(tree);

    private static async Task OpenScopeAsync(Step step, Func<Task> body)
    {
        await using var scope = Tx.Open(OptionsOf(step));
        try
        {
            await body();
        }
        catch (Exception exception)
        {
            await scope.FailAsync(exception);
            throw;
        }

        if (!step.Call!.Leaves)
            await scope.CompleteAsync();
    }

    private static UnitOfWorkOptions OptionsOf(Step step) => new()
    {
        Name = step.Name,
        Propagation = step.Call!.Propagation,
        TimeoutSeconds = step.Call.Seconds is { } seconds ? seconds + 0.5 : 0,
        MaxRetries = step.Call.MaxRetries,
        CommitOn = step.Call.Tolerates ? [typeof(ToleratedException)] : [],
    };

    private Task CallProxyAsync(Propagation propagation, Func<Task> body) => propagation switch
    {
        Propagation.Required => lane.Calls.RequiredAsync(body),
        Propagation.RequiresNew => lane.Calls.RequiresNewAsync(body),
        Propagation.Nested => lane.Calls.NestedAsync(body),
        Propagation.Mandatory => lane.Calls.MandatoryAsync(body),
        Propagation.Supports => lane.Calls.SupportsAsync(body),
        Propagation.NotSupported => lane.Calls.NotSupportedAsync(body),
        _ => lane.Calls.NeverAsync(body),
    };

    /// <summary>Tells when the sequence has ended, in whichever way.</summary>
    private sealed class WatchedSequence(IAsyncEnumerator<int> sequence, Action ended) : IAsyncEnumerator<int>
    {
        private bool _hasEnded;

        public int Current => sequence.Current;

        public async ValueTask<bool> MoveNextAsync()
        {
            var moved = false;
            try
            {
                return moved = await sequence.MoveNextAsync();
            }
            finally
            {
                if (!moved)
                    End();
            }
        }

        public async ValueTask DisposeAsync()
        {
            await sequence.DisposeAsync();
            End();
        }

        private void End()
        {
            if (!_hasEnded)
                ended();
            _hasEnded = true;
        }
    }
}
