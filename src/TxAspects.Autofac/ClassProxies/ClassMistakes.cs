using TxAspects.Interception;

namespace TxAspects.Autofac.ClassProxies;

/// <summary>What is wrong where a class is registered as itself and no class proxy was asked for.</summary>
internal static class ClassMistakes
{
    /// <summary>The mistakes of a class that the module met, those of the class itself included.</summary>
    /// <param name="type">The class.</param>
    /// <param name="services">What it is registered as.</param>
    /// <param name="isMadeInUse">True where Autofac made the registration when it was asked for the service.</param>
    public static IReadOnlyList<string> NotAskedFor(Type type, IReadOnlyCollection<Type> services, bool isMadeInUse)
        => isMadeInUse && type.IsGenericType
            ? [OpenGeneric(type)]
            : [.. UnitOfWorkProxies.Check(type, services), NotAskedFor(type)];

    /// <summary>An open generic, of which Autofac makes the closed type itself, when it is asked for.</summary>
    public static string OpenGeneric(Type type)
        => $"'{type.Name.Split('`')[0]}' is marked [UnitOfWork] and is an open generic registered as itself, of which no proxy can take " +
           "the place. Register it by interfaces alone, or register its closed types with EnableUnitOfWork.";

    private static string NotAskedFor(Type type)
        => $"'{type.Name}' is marked [UnitOfWork] and registered as itself, but without EnableUnitOfWork, so no derived class takes its " +
           "place. Add .EnableUnitOfWork() to the registration, or register the class by an interface.";
}
