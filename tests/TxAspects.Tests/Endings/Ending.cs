using Npgsql;

namespace TxAspects.Tests;

/// <summary>A unit that ends in one way while its branch is held, and what the unit, its caller and the branch have learnt.</summary>
public sealed class Ending(Stage stage, EndedBy way)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly UnitOfWorkOptions Twice = new() { Name = "unit", MaxRetries = 1 };
    private static readonly UnitOfWorkOptions Once = new() { Name = "unit" };

    private Task? _branch;
    private int _executedAtEnd;

    /// <summary>The unit; the one of the last attempt.</summary>
    public ITxUnit Unit { get; private set; } = null!;

    /// <summary>What the caller of the unit got, or null.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>What the branch got, or null.</summary>
    public Exception? BranchFailure { get; private set; }

    /// <summary>What an early end threw, or null.</summary>
    public Exception? EarlyFailure { get; private set; }

    /// <summary>Commands of the branch that the server has answered after the unit's end.</summary>
    public int ExecutedAfterEnd { get; private set; }

    public async Task RunAsync()
    {
        try
        {
            await EndAsync().WaitAsync(Patience);
        }
        catch (Exception exception)
        {
            Failure = exception;
        }

        Assert.IsNotInstanceOfType<TimeoutException>(Failure, "The unit did not end.");

        _executedAtEnd = stage.Executed;
        await stage.ReleaseAsync();
        BranchFailure = await CatchAsync(_branch!.WaitAsync(Patience));
        Assert.IsNotInstanceOfType<TimeoutException>(BranchFailure, "The branch did not end.");
        ExecutedAfterEnd = stage.Executed - _executedAtEnd;
    }

    private Task EndAsync() => way switch
    {
        EndedBy.Return => Tx.RunAsync(ArriveAsync, Once),
        EndedBy.Throw => Tx.RunAsync(async () =>
        {
            await ArriveAsync();
            throw new OutOfStockException();
        }, Once),
        EndedBy.RollbackAll => Tx.RunAsync(() => EndEarlyAsync(() => Tx.RollbackAllAsync()), Once),
        EndedBy.CloseAll => Tx.RunAsync(() => EndEarlyAsync(() => Tx.CloseAllAsync()), Once),
        EndedBy.CommitAll => Tx.RunAsync(() => EndEarlyAsync(() => Tx.CommitAllAsync()), Once),
        EndedBy.Timeout => TimeOutAsync(),
        EndedBy.Disposal => DisposeScopeAsync(),
        EndedBy.Retry => RetryAsync(),
        _ => Task.Run(EndSynchronously),
    };

    private async Task ArriveAsync()
    {
        Unit = Tx.Current!;
        _branch = stage.Branch.RunAsync();
        await stage.ArriveAsync(_branch);
    }

    /// <summary>The work ends early; then the branch goes on in the unit, which waits for it.</summary>
    private async Task EndEarlyAsync(Func<Task> end)
    {
        await ArriveAsync();
        EarlyFailure = await CatchAsync(end());
        await stage.ReleaseAsync();
        await CatchAsync(_branch!.WaitAsync(Patience));
    }

    private async Task TimeOutAsync()
    {
        var time = new ManualTime();
        await using var scope = Tx.Open(new TxAspectsOptions { TimeProvider = time }, Once with { TimeoutSeconds = 100 });
        await ArriveAsync();
        time.Advance(TimeSpan.FromSeconds(101));
        await scope.CompleteAsync();
    }

    private async Task DisposeScopeAsync()
    {
        await using var scope = Tx.Open(Once);
        await ArriveAsync();
    }

    private async Task RetryAsync()
        => await Tx.RunAsync(async () =>
        {
            if (_branch is null)
            {
                await ArriveAsync();
                throw new PostgresException("The first attempt fails.", "ERROR", "ERROR", PostgresErrorCodes.SerializationFailure);
            }

            Unit = Tx.Current!;
            await stage.ReleaseAsync();
            await CatchAsync(_branch.WaitAsync(Patience));
        }, Twice);

    private void EndSynchronously()
        => Tx.Run(() =>
        {
            Unit = Tx.Current!;
            _branch = Task.Run(stage.Branch.RunAsync);
            Assert.IsTrue(stage.ArriveAsync(_branch).Wait(Patience), "The branch did not arrive.");
            if (way is EndedBy.SynchronousThrow)
                throw new OutOfStockException();
        }, Once);

    private static async Task<Exception?> CatchAsync(Task task)
    {
        try
        {
            await task;
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }
}
