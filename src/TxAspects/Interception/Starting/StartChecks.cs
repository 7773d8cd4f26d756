using System.Reflection;

namespace TxAspects.Interception.Starting;

/// <summary>What packages check once an application has started; for the packages of containers, which are told of the start.</summary>
/// <remarks>
/// A package of which the application calls nothing, because it forgot to, cannot ask for its check to be run. It is looked for by its
/// name.
/// </remarks>
public static class StartChecks
{
    private static readonly string[] Packages = ["TxAspects.AspNetCore"];

    /// <summary>Runs the checks of the packages that lie beside the application.</summary>
    /// <exception cref="TxAspectsConfigurationException">Something that the application declares can have no effect.</exception>
    public static void Run(IServiceProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        foreach (var package in Packages)
        {
            if (Find(package)?.GetCustomAttribute<StartCheckAttribute>() is { } check)
                ((IStartCheck)Activator.CreateInstance(check.Type)!).Check(provider);
        }
    }

    private static Assembly? Find(string package)
    {
        try
        {
            return Assembly.Load(package);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
