using System.Globalization;
using System.Text.RegularExpressions;

namespace TxAspects.PostgreSql;

/// <summary>The name of a prepared transaction: PostgreSQL takes up to 200 bytes, and these are fewer than 130.</summary>
internal readonly partial record struct PreparedName(string DecidedIn, Guid Id, int Number)
{
    public const string Prefix = "txaspects_";

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{DecidedIn}_{Id:n}_{Number}");

    /// <summary>Reads a name that the library wrote, letter by letter; null for every other one.</summary>
    /// <remarks>
    /// Anybody who may log in can prepare a transaction under any name. So what is returned has nothing in it that could not be repeated
    /// in SQL or in a log.
    /// </remarks>
    public static PreparedName? Parse(string name)
    {
        if (Pattern().Match(name) is not { Success: true, Groups: var parts } ||
            !int.TryParse(parts[3].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;

        var parsed = new PreparedName(parts[1].Value, Guid.ParseExact(parts[2].ValueSpan, "n"), number);
        return parsed.ToString() == name ? parsed : null;
    }

    [GeneratedRegex(@"\Atxaspects_([0-9a-f]{16}\.[0-9]{1,20}\.[0-9]{1,10}\.[0-9]{1,10})_([0-9a-f]{32})_([0-9]{1,10})\z")]
    private static partial Regex Pattern();
}
