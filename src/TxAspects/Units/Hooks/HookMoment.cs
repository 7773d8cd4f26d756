namespace TxAspects.Units.Hooks;

/// <summary>When a hook runs.</summary>
internal enum HookMoment
{
    Committing,
    Committed,
    RolledBack,
}
