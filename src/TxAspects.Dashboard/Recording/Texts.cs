using System.Data.Common;
using System.Globalization;

namespace TxAspects.Dashboard.Recording;

/// <summary>What may be kept of texts, as the options say, and how much of each.</summary>
internal sealed class Texts(TxAspectsDashboardOptions options)
{
    private const int MostParameters = 50;
    private const string Cut = " …";

    private static readonly string[] Verbs =
        ["select", "insert", "update", "delete", "merge", "with", "call", "copy", "set", "lock", "create", "alter", "drop", "truncate"];

    public bool ShowsMessages => options.ShowExceptionMessages;

    /// <summary>A text of bounded length.</summary>
    public string Bound(string text) => Bound(text, options.TextLength);

    public static string Bound(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, length), Cut);

    /// <summary>The first word of an SQL text, where it is one of those that are known. It is never a value.</summary>
    public static string? VerbOf(string sql)
    {
        var rest = sql.AsSpan().TrimStart();
        while (rest.StartsWith("--"))
        {
            var end = rest.IndexOf('\n');
            rest = end < 0 ? [] : rest[(end + 1)..].TrimStart();
        }

        foreach (var verb in Verbs)
        {
            if (rest.StartsWith(verb, StringComparison.OrdinalIgnoreCase))
                return verb.ToUpperInvariant();
        }

        return null;
    }

    /// <summary>The SQL text, where the options allow it.</summary>
    public string? Sql(DbCommand command) => options.ShowSql ? Bound(command.CommandText) : null;

    /// <summary>The parameters with their values, where the options allow it.</summary>
    public IReadOnlyList<string>? Parameters(DbCommand command)
    {
        if (!options.ShowParameterValues)
            return null;

        var texts = new List<string>();
        foreach (DbParameter parameter in command.Parameters)
        {
            if (texts.Count == MostParameters)
            {
                texts.Add(Cut);
                break;
            }

            texts.Add(Bound($"{parameter.ParameterName} = {Value(parameter.Value)}"));
        }

        return texts;
    }

    private static string Value(object? value) => value switch
    {
        null or DBNull => "NULL",
        byte[] bytes => $"{bytes.Length} bytes",
        string text => $"'{text}'",
        IFormattable formattable => formattable.ToString(format: null, CultureInfo.InvariantCulture),
        _ => value.GetType().Name,
    };
}
