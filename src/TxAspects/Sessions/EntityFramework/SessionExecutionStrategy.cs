using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using TxAspects.Sessions.DeadConnections;

namespace TxAspects.Sessions.EntityFramework;

/// <summary>
/// Runs what EF Core does once, and keeps it inside the admission to its end. Again only where its command was a transaction's first and
/// its connection was gone.
/// </summary>
/// <remarks>
/// <c>ExecuteUpdateAsync</c> and <c>ExecuteDeleteAsync</c> tell the detector that they are over as soon as they have begun, so that an end
/// of the unit would not see them while they open the connection or begin the transaction, nor while their command is sent again: the
/// context would be another unit's by then. They have a number as their result, as saves have.
/// </remarks>
internal sealed class SessionExecutionStrategy(ExecutionStrategyDependencies dependencies) : IExecutionStrategy
{
    public bool RetriesOnFailure => false;

    private DbContext Context => dependencies.CurrentContext.Context;

    public TResult Execute<TState, TResult>(
        TState state, Func<DbContext, TState, TResult> operation, Func<DbContext, TState, ExecutionResult<TResult>>? verifySucceeded)
    {
        var context = Context;
        try
        {
            return operation(context, state);
        }
        catch (Exception exception) when (SessionSlot.SessionOf(context) is { } session &&
                                          FirstCommand.IsToBeSentAgain(session, exception))
        {
            FirstCommand.GiveUpAsync(session, async: false).Completed();
            return operation(context, state);
        }
    }

    public Task<TResult> ExecuteAsync<TState, TResult>(
        TState state, Func<DbContext, TState, CancellationToken, Task<TResult>> operation,
        Func<DbContext, TState, CancellationToken, Task<ExecutionResult<TResult>>>? verifySucceeded,
        CancellationToken cancellationToken = default)
    {
        var context = Context;
        var running = SessionSlot.SessionOf(context) is { Gate.IsOpen: false } session
            ? RunFirstAsync(session, state, operation, cancellationToken)
            : operation(context, state, cancellationToken);
        if (typeof(TResult) != typeof(int) || running.IsCompleted)
            return running;

        return SessionSlot.Of(context) is { Admission: var admission } && admission.TryHold() is { } visit
            ? LeaveAfterAsync(running, admission, visit)
            : running;
    }

    private static async Task<TResult> RunFirstAsync<TState, TResult>(
        Session session, TState state, Func<DbContext, TState, CancellationToken, Task<TResult>> operation,
        CancellationToken cancellationToken)
    {
        var context = session.Context;
        try
        {
            return await operation(context, state, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (FirstCommand.IsToBeSentAgain(session, exception))
        {
            await FirstCommand.GiveUpAsync(session, async: true).ConfigureAwait(false);
            return await operation(context, state, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<TResult> LeaveAfterAsync<TResult>(Task<TResult> running, Admission admission, Visit visit)
    {
        try
        {
            return await running.ConfigureAwait(false);
        }
        finally
        {
            admission.Release(visit);
        }
    }
}
