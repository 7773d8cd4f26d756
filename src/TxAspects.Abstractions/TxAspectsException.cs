namespace TxAspects;

/// <summary>The base of everything this library throws of its own.</summary>
public abstract class TxAspectsException : Exception
{
    private protected TxAspectsException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
