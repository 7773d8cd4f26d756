namespace TxAspects.Soak;

/// <summary>By what a call is made.</summary>
public enum Entry
{
    InterfaceProxy,
    ClassProxy,
    Run,
    Scope,
}
