namespace TxAspects;

/// <summary>The cause of a doom: a scope that had joined the unit was disposed without being completed.</summary>
public sealed class ScopeNotCompletedException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public ScopeNotCompletedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal ScopeNotCompletedException()
        : base("The scope was disposed without being completed. Call CompleteAsync as the last statement of its block.")
    {
    }
}
