using System.Diagnostics;

namespace TxAspects.Testing.Watching;

/// <summary>Ends a call with <c>async: false</c>, which never leaves its thread.</summary>
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
