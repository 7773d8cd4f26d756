using System.Globalization;

namespace TxAspects.PostgreSql;

/// <summary>The name of a prepared transaction: PostgreSQL takes up to 200 bytes, and these are fewer than 130.</summary>
internal readonly record struct PreparedName(string DecidedIn, Guid Id, int Number)
{
    public const string Prefix = "txaspects_";

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{DecidedIn}_{Id:n}_{Number}");

    public static PreparedName? Parse(string name)
        => name.StartsWith(Prefix, StringComparison.Ordinal) && name[Prefix.Length..].Split('_') is [var decidedIn, var id, var number] &&
           Guid.TryParseExact(id, "n", out var guid) && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? new PreparedName(decidedIn, guid, value)
            : null;
}
