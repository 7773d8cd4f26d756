namespace TxAspects.UnitsOfWork;

/// <summary>Whether an exception that leaves a call commits. The nearest listed type in its hierarchy wins, whatever the order.</summary>
internal static class ExceptionRules
{
    public static bool Commits(this UnitOfWorkOptions options, Exception exception)
    {
        if (options.CommitOn.Count == 0)
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
