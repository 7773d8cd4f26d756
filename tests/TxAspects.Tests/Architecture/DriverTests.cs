using System.Text.RegularExpressions;

namespace TxAspects.Tests;

/// <summary>
/// What PostgreSQL says and what Npgsql does is known in the driver's package and in the test kit alone. Elsewhere neither name is in
/// code, in a text or in a comment of the code, and no text is SQL or an SQLSTATE. A documentation comment may name them as an example,
/// because its reader uses them.
/// </summary>
[TestClass]
public sealed partial class DriverTests
{
    private static readonly string[] Allowed = ["TxAspects.PostgreSql", "TxAspects.Testing"];

    private static IEnumerable<SourceFile> Others => SourceFile.All.Where(file => !Allowed.Contains(file.Package));

    [TestMethod]
    public void Names_of_the_database_and_its_provider_occur_in_its_package_alone()
        => AssertNone(
            from file in Others
            from line in file.Lines
            where !Documentation().IsMatch(line) && Names().IsMatch(line)
            select $"{file}: {line.Trim()}");

    [TestMethod]
    public void Sql_and_its_states_occur_in_its_package_alone()
        => AssertNone(
            from file in Others
            from line in file.Lines
            where !Documentation().IsMatch(line)
            from Match text in Texts().Matches(line)
            where Sql().IsMatch(text.Groups[1].Value) || State().IsMatch(text.Groups[1].Value)
            select $"{file}: {line.Trim()}");

    [TestMethod]
    [DataRow("SELECT 1", true)]
    [DataRow("  ROLLBACK AND CHAIN", true)]
    [DataRow("SET LOCAL statement_timeout = {time}", true)]
    [DataRow("COMMIT", true)]
    [DataRow("Commit or roll back before, or choose another WhenInTransaction.", false)]
    [DataRow("commit", false)]
    [DataRow("Set DbConnectOptions.Host.", false)]
    public void Sql_is_told_from_sentences(string text, bool isSql) => Assert.AreEqual(isSql, Sql().IsMatch(text));

    [TestMethod]
    [DataRow("40001", true)]
    [DataRow("25P02", true)]
    [DataRow("08P01", true)]
    [DataRow("12:30", false)]
    [DataRow("HELLO", false)]
    public void State_is_told_from_other_texts(string text, bool isState) => Assert.AreEqual(isState, State().IsMatch(text));

    [TestMethod]
    public void Rules_find_what_is_in_the_drivers_own_package()
    {
        var lines = SourceFile.All.Where(file => file.Package == "TxAspects.PostgreSql").SelectMany(file => file.Lines).ToArray();
        var texts = lines.SelectMany(line => Texts().Matches(line)).Select(text => text.Groups[1].Value).ToArray();

        Assert.IsTrue(Array.Exists(lines, line => Names().IsMatch(line)));
        Assert.IsTrue(Array.Exists(texts, text => Sql().IsMatch(text)));
        Assert.IsTrue(Array.Exists(texts, text => State().IsMatch(text)));
    }

    private static void AssertNone(IEnumerable<string> violations)
        => Assert.AreEqual("", string.Join(Environment.NewLine, violations));

    [GeneratedRegex(@"^\s*///")]
    private static partial Regex Documentation();

    [GeneratedRegex(@"postgres|npgsql|pgbouncer|\bpg_", RegexOptions.IgnoreCase)]
    private static partial Regex Names();

    [GeneratedRegex("\"([^\"]*)\"")]
    private static partial Regex Texts();

    [GeneratedRegex(
        @"^\s*(SELECT|INSERT|UPDATE|DELETE|MERGE|CALL|WITH|SET|SHOW|RESET|BEGIN|START|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|PREPARE|" +
        @"CREATE|ALTER|DROP|LOCK|PRAGMA)\b")]
    private static partial Regex Sql();

    [GeneratedRegex("^(?=.*[0-9])[0-9A-Z]{5}$")]
    private static partial Regex State();
}
