namespace TxAspects;

/// <summary>The cause of a doom: a scope that had joined the unit was disposed without being completed.</summary>
public sealed class ScopeNotCompletedException : TxAspectsException
{
    internal ScopeNotCompletedException()
        : base("The scope was disposed without being completed. Call CompleteAsync as the last statement of its block.")
    {
    }
}
