namespace TxAspects;

/// <summary>Thrown when synchronous code needs something that can only be awaited, so that no thread is blocked on it.</summary>
public sealed class SynchronousUseException : TxAspectsException
{
    internal SynchronousUseException(string what, string remedy)
        : this($"{what} did not complete at once, and synchronous code cannot wait for it without blocking a thread. {remedy}")
    {
    }

    private SynchronousUseException(string message)
        : base(message)
    {
    }

    internal static SynchronousUseException OfDisposal(string typeName, string unitName)
        => new($"'{typeName}' can only be disposed asynchronously, and the unit of work '{unitName}' in whose scope it lives is " +
               "synchronous. Implement IDisposable as well, or make the method asynchronous.");
}
