namespace TxAspects;

/// <summary>Thrown when synchronous code needs something that can only be awaited, so that no thread is blocked on it.</summary>
public sealed class SynchronousUseException : TxAspectsException
{
    internal SynchronousUseException(string what, string remedy)
        : base($"{what} did not complete at once, and synchronous code cannot wait for it without blocking a thread. {remedy}")
    {
    }
}
