namespace TxAspects.Model.Tests.Trees;

/// <summary>By what a call is made.</summary>
public enum CallEntry
{
    Run,
    Proxy,
    Scope,
}
