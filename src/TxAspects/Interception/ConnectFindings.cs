using TxAspects.Interception.Declarations;

namespace TxAspects.Interception;

/// <summary>
/// Finds contexts that a container hands out although a connect has them: they are in no unit of work, and nothing else would say so.
/// </summary>
public static class ConnectFindings
{
    /// <summary>The context types of the connects that are registered.</summary>
    public static IReadOnlyCollection<Type> ContextsOf(IEnumerable<RegisteredService> registered)
    {
        ArgumentNullException.ThrowIfNull(registered);
        return [.. registered.Select(one => one.Service).Where(IsConnect).Select(service => service.GenericTypeArguments[0]).Distinct()];
    }

    /// <summary>
    /// The context types for which a container hands the unit's session out, as far as can be seen: those of its connects, and those that
    /// it has a lambda for which is called each time.
    /// </summary>
    public static IReadOnlyCollection<Type> SessionsOf(IReadOnlyCollection<RegisteredService> registered)
    {
        ArgumentNullException.ThrowIfNull(registered);
        return
        [
            .. ContextsOf(registered),
            .. registered.GroupBy(one => one.Service)
                .Where(group => group.All(one => one.Implementation is null && one.IsMadeEachTime)).Select(group => group.Key),
        ];
    }

    /// <summary>What is wrong with the registrations of those context types; empty where all is well.</summary>
    /// <remarks>
    /// A lambda that is called each time hands the unit's session out. A class that is constructed, or an object that a scope keeps, is a
    /// context outside units, such as <c>AddDbContext</c> registers it.
    /// </remarks>
    public static IReadOnlyList<string> Find(IReadOnlyCollection<RegisteredService> registered)
    {
        ArgumentNullException.ThrowIfNull(registered);
        return
        [
            .. from context in ContextsOf(registered)
               where registered.Any(one => one.Service == context && (one.Implementation is not null || !one.IsMadeEachTime))
               select Describe(context, DependentsOn(context, registered)),
        ];
    }

    /// <summary>That two connects have one name.</summary>
    public static string SameName(string name)
        => $"Two connects are named '{name}', so messages and positions could not tell them apart. Give each a name of its own.";

    private static string Describe(Type context, string[] dependents)
    {
        var name = context.DisplayName();
        var who = dependents.Length == 0
            ? "whoever is given it gets"
            : string.Join(", ", dependents.Select(one => $"'{one}'")) + (dependents.Length == 1 ? " gets" : " get");
        return $"'{name}' is the context of a connect and is registered in another way too, as AddDbContext and AddDbContextFactory do, " +
               $"so that {who} one outside its unit of work: what it saves stays when the unit rolls back. Remove that registration and " +
               "call AddTxConnect, which registers the context as the unit's session; or call ConvertToTxConnect, which takes its " +
               "options over.";
    }

    private static string[] DependentsOn(Type context, IEnumerable<RegisteredService> registered)
        =>
        [
            .. registered.Select(one => one.Implementation).OfType<Type>().Distinct()
                .Where(type => type != context && type.GetConstructors().Any(
                    constructor => constructor.GetParameters().Any(parameter => parameter.ParameterType == context)))
                .Select(type => type.DisplayName()).Order(StringComparer.Ordinal),
        ];

    private static bool IsConnect(Type service)
        => service.IsConstructedGenericType && service.GetGenericTypeDefinition() == typeof(DbConnect<>);
}
