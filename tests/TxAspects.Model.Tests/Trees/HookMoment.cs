namespace TxAspects.Model.Tests.Trees;

/// <summary>When a hook is to run.</summary>
public enum HookMoment
{
    Committing,
    Committed,
    RolledBack,
}
