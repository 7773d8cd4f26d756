using System.Data;
using System.Reflection;

namespace TxAspects;

/// <summary>A method that is intercepted: its settings, and where they were declared.</summary>
public sealed class PlannedMethod
{
    internal PlannedMethod(Type component, MethodInfo method, string name, UnitOfWorkOptions settings, MemberInfo declaredOn, string source)
        => (Component, Method, Name, Settings, DeclaredOn, Source) = (component, method, name, settings, declaredOn, source);

    /// <summary>The class whose objects are proxied, or the interface where a lambda hides the class.</summary>
    public Type Component { get; }

    /// <summary>The method that runs, as the component has it.</summary>
    public MethodInfo Method { get; }

    /// <summary>Both, as messages name them, such as 'OrderImport.ImportAsync'.</summary>
    public string Name { get; }

    /// <summary>What its units are opened with.</summary>
    public UnitOfWorkOptions Settings { get; }

    /// <summary>The method, class or interface that carries the attribute which counts.</summary>
    public MemberInfo DeclaredOn { get; }

    /// <summary>The attribute and its place, such as "[NewContext] on 'IAuditTrail'".</summary>
    public string Source { get; }

    /// <summary>
    /// The propagation, and every setting that is not the default, such as 'RequiresNew, Serializable, ReadOnly, 5 s, 3 retries'.
    /// </summary>
    public string SettingsText => string.Join(", ", Parts());

    /// <summary>All of it in one line.</summary>
    public override string ToString() => $"{Name}: {SettingsText}; {Source}";

    private IEnumerable<string> Parts()
    {
        yield return $"{Settings.Propagation}";
        if (Settings.IsolationLevel is not IsolationLevel.Unspecified)
            yield return $"{Settings.IsolationLevel}";
        if (Settings.ReadOnly)
            yield return "ReadOnly";
        if (Settings.Timeout is { } timeout)
            yield return $"{timeout.TotalSeconds:0.###} s";
        if (Settings.MaxRetries > 0)
        {
            var more = Settings.RetryOnConcurrencyFailure ? " on concurrency failures too" : "";
            yield return $"{Settings.MaxRetries} {(Settings.MaxRetries == 1 ? "retry" : "retries")}{more}";
        }

        if (!Settings.AllowEarlyCompletion)
            yield return "no early completion";
        if (Settings.CommitMode is not CommitMode.InOrder)
            yield return $"{Settings.CommitMode}";
        if (Settings.CommitOn.Count > 0)
            yield return $"commits on {string.Join(" or ", Settings.CommitOn.Select(type => type.Name))}";
        if (Settings.RollbackOn.Count > 0)
            yield return $"rolls back on {string.Join(" or ", Settings.RollbackOn.Select(type => type.Name))}";
    }
}
