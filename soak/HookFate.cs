namespace TxAspects.Soak;

/// <summary>What hooks must have seen of the work that they were added to.</summary>
public enum HookFate
{
    /// <summary>It is not decided yet.</summary>
    Open,

    /// <summary>It was undone inside its unit, which tells at its end.</summary>
    Undone,

    /// <summary>Its commit was acknowledged.</summary>
    Committed,

    /// <summary>It was rolled back.</summary>
    RolledBack,

    /// <summary>Its outcome is unknown, or its unit was committed in part or repeated: nothing runs.</summary>
    Never,

    /// <summary>It was several things, or the model cannot tell: still never a commit and a rollback, and nothing twice.</summary>
    Unclear,
}
