namespace TxAspects.Interception.Declarations;

/// <summary>Turns what an attribute declares into the settings of a unit. Nothing below this folder knows attributes.</summary>
internal static class Settings
{
    public static UnitOfWorkOptions From(UnitOfWorkAttribute attribute) => new()
    {
        Propagation = attribute.Propagation,
        IsolationLevel = attribute.IsolationLevel,
        ReadOnly = attribute.ReadOnly,
        TimeoutSeconds = attribute.TimeoutSeconds,
        MaxRetries = attribute.MaxRetries,
        RetryOnConcurrencyFailure = attribute.RetryOnConcurrencyFailure,
        AllowEarlyCompletion = attribute.AllowEarlyCompletion,
        CommitMode = attribute.CommitMode,
        CommitOn = attribute.CommitOn,
        RollbackOn = attribute.RollbackOn,
    };
}
