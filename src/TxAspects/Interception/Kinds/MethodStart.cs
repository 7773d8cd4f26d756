namespace TxAspects.Interception.Kinds;

/// <summary>Starts a method at any time and as often as needed.</summary>
internal abstract class MethodStart
{
    /// <summary>Calls the method and returns what it returned.</summary>
    public abstract object? Proceed();
}
