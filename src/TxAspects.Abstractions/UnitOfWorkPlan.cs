using System.Text;

namespace TxAspects;

/// <summary>Which methods are intercepted, with which settings, and where each was declared. Its text is a table.</summary>
public sealed class UnitOfWorkPlan
{
    internal UnitOfWorkPlan(IEnumerable<PlannedMethod> methods)
        => Methods = [.. methods
            .DistinctBy(one => (one.Component, one.Method))
            .OrderBy(one => $"{one.Component}", StringComparer.Ordinal)
            .ThenBy(one => one.Name, StringComparer.Ordinal)
            .ThenBy(one => $"{one.Method}", StringComparer.Ordinal)];

    /// <summary>Each method once, ordered by component and name.</summary>
    public IReadOnlyList<PlannedMethod> Methods { get; }

    /// <summary>A table with a line for each method: its name, its settings, and the attribute that counts with its place.</summary>
    public override string ToString()
    {
        var name = Width("Method", one => one.Name);
        var settings = Width("Settings", one => one.SettingsText);
        var text = new StringBuilder().Append($"{"Method".PadRight(name)}  {"Settings".PadRight(settings)}  Declared by");
        foreach (var method in Methods)
            text.AppendLine().Append($"{method.Name.PadRight(name)}  {method.SettingsText.PadRight(settings)}  {method.Source}");
        return text.ToString();
    }

    private int Width(string title, Func<PlannedMethod, string> column)
        => Methods.Select(one => column(one).Length).Append(title.Length).Max();
}
