using System.Data.Common;
using System.Globalization;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using TxAspects.Drivers;

namespace TxAspects.PostgreSql.Saves;

/// <summary>Saves that take their commit along, in PostgreSQL.</summary>
/// <remarks>
/// A guarded statement writes its number into a variable of the transaction for the row it meets, where its predecessor's number stands
/// there. What is appended divides by zero unless the last number stands there: PostgreSQL skips everything behind an error, COMMIT
/// included. A statement that has met no row, or more than one where EF Core would count them, has broken the chain.
/// </remarks>
internal sealed class PostgresCommitWithSave(bool? isOn, PostgresCommitMarkers? markers) : CommitWithSave
{
    private const string Variable = "txaspects.rows";

    /// <summary>Makes one where it is to be done at all.</summary>
    public static PostgresCommitWithSave? Make(bool? isOn, PostgresCommitMarkers? markers)
        => isOn ?? markers is not null ? new PostgresCommitWithSave(isOn, markers) : null;

    /// <summary>The statement that a broken chain fails.</summary>
    public static string Check(SaveGuard last) => $"SELECT {Condition(last)}";

    /// <summary>One where the chain is whole; else an error.</summary>
    public static string Condition(SaveGuard last) => $"1 / (current_setting('{Variable}', true) = '{Text(last)}')::int";

    // A marker tells what became of the commit, but not which values the database had made.
    protected override bool IsOn(bool getsValues) => isOn is true || !getsValues;

    protected override async ValueTask<SaveFacts> ReadFactsAsync(
        DbTransaction transaction, IReadOnlyList<SaveColumn> columns, bool async, CancellationToken cancellationToken)
    {
        // RETURNING is refused where a rule or a foreign table stands for the table, and a view may count in another way. A value of
        // another type than the model's may not fit when it is read, which is after the commit.
        const string Sql =
            "SELECT current_setting('default_transaction_isolation') = 'read committed' AND " +
            "current_setting('default_transaction_read_only') = 'off', " +
            "coalesce(c.relkind IN ('r', 'p') AND NOT c.relhasrules, false), " +
            "coalesce(a.atttypid = to_regtype(t.type) AND (a.attnotnull OR t.nullable), false) " +
            "FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS t (name, field, type, nullable, place) " +
            "LEFT JOIN pg_catalog.pg_class AS c ON c.oid = to_regclass(t.name) " +
            "LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attname = t.field " +
            "ORDER BY t.place";
        var command = new NpgsqlCommand(Sql, (NpgsqlConnection)transaction.Connection!, (NpgsqlTransaction)transaction);
        await using var _ = command.ConfigureAwait(false);
        Add(NpgsqlDbType.Text, column => column.Table);
        Add(NpgsqlDbType.Text, column => column.Name);
        Add(NpgsqlDbType.Text, column => column.StoreType);
        Add(NpgsqlDbType.Boolean, column => column.IsNullable);
        var startsReadCommitted = false;
        var (canGuard, canRead) = (new List<bool>(columns.Count), new List<bool>(columns.Count));
        var reader = async
            ? await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false)
            : command.ExecuteReader();
        await using var __ = reader.ConfigureAwait(false);
        while (async ? await reader.ReadAsync(cancellationToken).ConfigureAwait(false) : reader.Read())
        {
            startsReadCommitted = reader.GetBoolean(0);
            canGuard.Add(reader.GetBoolean(1));
            canRead.Add(reader.GetBoolean(2));
        }

        return new SaveFacts(startsReadCommitted, canGuard, canRead);

        void Add<T>(NpgsqlDbType type, Func<SaveColumn, T> value) => command.Parameters.Add(
            new NpgsqlParameter<T[]> { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = [.. columns.Select(value)] });
    }

    protected override void Guard(StringBuilder sql, SaveGuard guard)
    {
        var end = sql.Length;
        while (end > 0 && (char.IsWhiteSpace(sql[end - 1]) || sql[end - 1] == ';'))
            end--;
        sql.Length = end;
        sql.Append(guard.GivesRow ? ", " : "\nRETURNING ").Append("set_config('").Append(Variable).Append("', ");
        Write(sql, guard);
        sql.Append(", true);\n");
    }

    protected override CarriedCommit TakeAlong(DbCommand command, CarriedCommitRequest request)
        => new PostgresCarriedCommit((NpgsqlCommand)command, request, markers);

    private static void Write(StringBuilder sql, SaveGuard guard)
    {
        var (own, before) = (Text(guard), Text(guard with { Number = guard.Number - 1 }));
        switch (guard)
        {
            case { Number: 1, GivesRow: true }:
                sql.Append(CultureInfo.InvariantCulture, $"'{own}'");
                break;
            case { Number: 1 }:
                sql.Append(CultureInfo.InvariantCulture, $"CASE current_setting('{Variable}', true) WHEN '{own}' THEN '' ELSE '{own}' END");
                break;
            case { GivesRow: true }:
                sql.Append(
                    CultureInfo.InvariantCulture,
                    $"CASE WHEN current_setting('{Variable}', true) IN ('{before}', '{own}') THEN '{own}' ELSE '' END");
                break;
            default:
                sql.Append(
                    CultureInfo.InvariantCulture, $"CASE current_setting('{Variable}', true) WHEN '{before}' THEN '{own}' ELSE '' END");
                break;
        }
    }

    private static string Text(SaveGuard guard) => string.Create(CultureInfo.InvariantCulture, $"{guard.Batch}.{guard.Number}");
}
