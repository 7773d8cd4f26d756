using System.Data.Common;
using System.Globalization;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using TxAspects.Drivers;

namespace TxAspects.PostgreSql;

/// <summary>Values that hold for one transaction, by <c>set_config(…, true)</c>, which is SET LOCAL with parameters.</summary>
/// <remarks>
/// A literal in SET LOCAL would make each value a statement of its own, in pg_stat_statements and in what Npgsql prepares by itself. Its
/// text would be in the server's log.
/// </remarks>
internal sealed class PostgresVariables : DbVariables
{
    public static readonly PostgresVariables Instance = new();

    private const string ParameterPrefix = "txaspects_";

    // What a unit says by its own settings, and what must not be different from one transaction to the next on a shared connection.
    private static readonly string[] Reserved =
        ["transaction_isolation", "transaction_read_only", "transaction_deferrable", "client_encoding", "standard_conforming_strings"];

    protected override string UnitName => "application_name";

    protected override int MaxUnitNameBytes => 63;

    protected override string StatementTimeout => "statement_timeout";

    // Npgsql knows the version from the opening of the connection, and PgBouncer passes on its server's.
    protected override string? FindTransactionTimeout(DbConnection connection)
        => connection is NpgsqlConnection { PostgreSqlVersion.Major: >= 17 } ? "transaction_timeout" : null;

    protected override string TextOf(TimeSpan limit)
        => Math.Clamp((long)Math.Ceiling(limit.TotalMilliseconds), 1, int.MaxValue).ToString(CultureInfo.InvariantCulture);

    protected override string? FindObstacle(string name)
    {
        if (name.Length is 0 or > 63 || !Array.TrueForAll(name.Split('.'), IsWord))
        {
            return "It must be one or more words of letters, digits and underscores with dots between them, such as 'app.tenant', and " +
                   "have at most 63 characters.";
        }

        return Reserved.Contains(name, StringComparer.OrdinalIgnoreCase)
            ? "It belongs to the transaction or to the driver. Say it by the unit's settings or in the connection string."
            : null;
    }

    // Names are letters, digits and underscores, so they may stand in quotes as they are.
    protected override string SqlFor(IReadOnlyList<string> names)
    {
        var sql = new StringBuilder("SELECT ");
        for (var index = 0; index < names.Count; index++)
        {
            sql.Append(CultureInfo.InvariantCulture, $"{(index == 0 ? "" : ", ")}set_config('{names[index]}', @{ParameterPrefix}{index}, ")
                .Append("true)");
        }

        return sql.ToString();
    }

    protected override void AddValue(DbCommand command, int index, string value)
        => ((NpgsqlCommand)command).Parameters.Add(new NpgsqlParameter<string>(
            string.Create(CultureInfo.InvariantCulture, $"{ParameterPrefix}{index}"), NpgsqlDbType.Text) { TypedValue = value });

    protected override bool IsOwn(DbParameter parameter)
        => parameter.ParameterName.TrimStart('@', ':').StartsWith(ParameterPrefix, StringComparison.OrdinalIgnoreCase);

    protected override long RowsOf(DbDataReader reader, int statement)
    {
        // Npgsql would rather have it read from a batch, and EF Core has none.
#pragma warning disable CS0618
        var sent = ((NpgsqlDataReader)reader).Statements[statement];

        // The type comes with the answer that the statement is complete.
        return sent.StatementType is StatementType.Unknown or StatementType.Select ? -1 : (long)sent.Rows;
#pragma warning restore CS0618
    }

    private static bool IsWord(string word)
        => word.Length > 0 && !char.IsAsciiDigit(word[0]) && word.All(one => char.IsAsciiLetterOrDigit(one) || one == '_');
}
