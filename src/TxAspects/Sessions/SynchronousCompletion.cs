using System.Diagnostics;

namespace TxAspects.Sessions;

/// <summary>Ends a call with <c>async: false</c>: such a call never leaves its thread, so its task is always complete.</summary>
internal static class SynchronousCompletion
{
    public static void Completed(this ValueTask task)
    {
        Debug.Assert(task.IsCompleted, "A call with async: false went asynchronous.");
        task.GetAwaiter().GetResult();
    }

    public static T Completed<T>(this ValueTask<T> task)
    {
        Debug.Assert(task.IsCompleted, "A call with async: false went asynchronous.");
        return task.GetAwaiter().GetResult();
    }
}
