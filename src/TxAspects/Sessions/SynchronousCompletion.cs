using System.Diagnostics;

namespace TxAspects.Sessions;

/// <summary>What to do with tasks that are complete at once, always or nearly always.</summary>
internal static class SynchronousCompletion
{
    /// <summary>Ends a call with <c>async: false</c>: such a call never leaves its thread, so its task is always complete.</summary>
    public static void Completed(this ValueTask task)
    {
        Debug.Assert(task.IsCompleted, "A call with async: false went asynchronous.");
        task.GetAwaiter().GetResult();
    }

    /// <inheritdoc cref="Completed(ValueTask)"/>
    public static T Completed<T>(this ValueTask<T> task)
    {
        Debug.Assert(task.IsCompleted, "A call with async: false went asynchronous.");
        return task.GetAwaiter().GetResult();
    }

    /// <summary>Gives a result after a task, without a state machine where that is complete.</summary>
    public static ValueTask<T> Then<T>(this ValueTask task, T result)
    {
        return task.IsCompletedSuccessfully ? new(result) : AwaitedAsync(task, result);

        static async ValueTask<T> AwaitedAsync(ValueTask task, T result)
        {
            await task.ConfigureAwait(false);
            return result;
        }
    }
}
