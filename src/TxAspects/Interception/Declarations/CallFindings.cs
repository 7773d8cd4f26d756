using System.Reflection;
using TxAspects.Interception.Kinds;

namespace TxAspects.Interception.Declarations;

/// <summary>What is wrong with a method that a proxy would run in a unit of work.</summary>
internal static class CallFindings
{
    /// <summary>The mistakes in a method that is attributed and can be reached.</summary>
    public static IEnumerable<string> For(Type type, MethodInfo method, UnitOfWorkAttribute attribute)
    {
        if (WhyUnsupported(method, attribute) is { } reason)
            yield return Findings.Unsupported(type, method, reason);
        if (attribute.MaxRetries > 0 && ReturnKinds.IsStream(method.ReturnType))
            yield return $"{Findings.Marked(type, method)} with MaxRetries but returns a sequence, which is never repeated because " +
                         "its elements were seen. " +
                         "Give it an attribute without MaxRetries, or return a list.";
    }

    /// <summary>Why a method cannot be a unit of work under an attribute, or null when it can.</summary>
    public static string? WhyUnsupported(MethodInfo method, UnitOfWorkAttribute attribute)
    {
        if (ReturnKinds.WhyUnsupported(method) is { } reason)
            return reason;

        // The values were copied to the caller's variables when the method is started later.
        var startsLater = ReturnKinds.IsStream(method.ReturnType) ||
                          (ReturnKinds.IsAsynchronous(method.ReturnType) && MethodPlan.StartsLaterUnder(Settings.From(attribute)));
        return startsLater && Array.Exists(method.GetParameters(), one => one.ParameterType.IsByRef && !one.IsIn)
            ? "has a ref or out argument and may start after its caller went on, who would never see the value. Return it"
            : null;
    }
}
