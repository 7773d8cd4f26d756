namespace TxAspects.Interception.Declarations;

/// <summary>What makes no sense in an attribute, wherever it stands.</summary>
internal static class AttributeFindings
{
    public static IEnumerable<string> For(string place, UnitOfWorkAttribute attribute)
    {
        if (attribute.TimeoutSeconds < 0)
            yield return $"'{place}' has a negative TimeoutSeconds. Give the seconds that the unit may take, or 0 for no limit.";
        else if (!UnitOfWorkOptions.IsTimeout(attribute.TimeoutSeconds))
            yield return $"'{place}' has a TimeoutSeconds that is no time. Give the seconds that the unit may take, or 0 for no limit.";
        if (attribute.MaxRetries < 0)
            yield return $"'{place}' has a negative MaxRetries. Say how often it may be repeated, or 0 for never.";
        if (attribute is { RetryOnConcurrencyFailure: true, MaxRetries: 0 })
            yield return $"'{place}' sets RetryOnConcurrencyFailure without MaxRetries, so nothing is repeated. Say how often.";
        foreach (var type in attribute.CommitOn.Where(IsNoException))
            yield return NoException(place, type, nameof(attribute.CommitOn));
        foreach (var type in attribute.RollbackOn.Where(IsNoException))
            yield return NoException(place, type, nameof(attribute.RollbackOn));
        foreach (var type in attribute.CommitOn.Intersect(attribute.RollbackOn))
            yield return $"'{place}' lists '{type.DisplayName()}' in both CommitOn and RollbackOn. Keep it in the one that is meant.";
        if (!Enum.IsDefined(attribute.CommitMode))
            yield return $"'{place}' has a CommitMode that does not exist. Take one of those that have a name.";
        if (!Enum.IsDefined(attribute.Propagation))
            yield return $"'{place}' has a Propagation that does not exist. Take one of those that have a name.";
        else if (attribute is NewContextAttribute { Propagation: not Propagation.RequiresNew })
            yield return $"'{place}' is marked [NewContext] with Propagation.{attribute.Propagation}, which is no unit of its own. " +
                         "Remove the propagation, or mark it [UnitOfWork].";
        if (string.Join(", ", Useless(attribute)) is { Length: > 0 } useless)
            yield return $"'{place}' sets {useless}, of which nothing comes with Propagation.{attribute.Propagation}: " +
                         $"{WhyUseless(attribute)}. Remove one of the two.";
    }

    private static bool IsNoException(Type type) => !typeof(Exception).IsAssignableFrom(type);

    private static string NoException(string place, Type type, string list)
        => $"'{place}' lists '{type.DisplayName()}' in {list}, which is no exception and so never thrown. List types that derive from " +
           "Exception.";

    private static IEnumerable<string> Useless(UnitOfWorkAttribute attribute)
    {
        var withoutUnit = attribute.Propagation is Propagation.NotSupported or Propagation.Never;
        if (withoutUnit && attribute.IsolationLevel is not System.Data.IsolationLevel.Unspecified)
            yield return nameof(attribute.IsolationLevel);
        if (withoutUnit && attribute.ReadOnly)
            yield return nameof(attribute.ReadOnly);
        if (withoutUnit && attribute.TimeoutSeconds > 0)
            yield return nameof(attribute.TimeoutSeconds);
        if (withoutUnit && attribute.CommitMode is not CommitMode.InOrder)
            yield return nameof(attribute.CommitMode);
        if (attribute.MaxRetries > 0 && (withoutUnit || attribute.Propagation is Propagation.Supports or Propagation.Mandatory))
            yield return nameof(attribute.MaxRetries);
    }

    private static string WhyUseless(UnitOfWorkAttribute attribute)
        => attribute.Propagation is Propagation.NotSupported or Propagation.Never
            ? "it runs without a unit"
            : "only the call that opens a unit is repeated";
}
