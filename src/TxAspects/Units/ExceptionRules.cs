namespace TxAspects.Units;

/// <summary>Whether an exception that leaves a call commits. The nearest listed type in its hierarchy wins, whatever the order.</summary>
internal static class ExceptionRules
{
    public static bool Commits(this UnitOfWorkOptions options, Exception exception)
    {
        // A scope that was left says nothing about why; CommitOn speaks of exceptions of the user's.
        if (options.CommitOn.Count == 0 || exception is ScopeNotCompletedException)
            return false;

        for (var type = exception.GetType(); type is not null; type = type.BaseType)
        {
            if (options.RollbackOn.Contains(type))
                return false;
            if (options.CommitOn.Contains(type))
                return true;
        }

        return false;
    }
}
