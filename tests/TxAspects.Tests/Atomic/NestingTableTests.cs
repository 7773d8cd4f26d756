namespace TxAspects.Tests;

/// <summary>The table in docs/atomic.md is the one that <see cref="NestingSpecification{TEntry}"/> holds the library to.</summary>
[TestClass]
public sealed class NestingTableTests
{
    private const string Header = "| outer | inner | inner returns, outer returns | inner returns, outer throws | " +
        "inner throws, swallowed, outer returns | inner throws, swallowed, outer throws | inner throws through |";

    private static readonly WhenInTransaction[] Modes = Enum.GetValues<WhenInTransaction>();

    [TestMethod]
    public void Documented_rows_are_the_tested_ones()
    {
        var documented = File.ReadLines(FindDocument())
            .Where(line => line.Count(character => character == '|') == Header.Count(character => character == '|'))
            .Where(line => line != Header && !line.StartsWith("|-", StringComparison.Ordinal));

        Assert.AreEqual(string.Join('\n', Rows()), string.Join('\n', documented));
    }

    [TestMethod]
    public void Modes_other_than_savepoint_are_the_same_where_nothing_is_open()
    {
        foreach (var outer in Modes.Where(mode => mode is not WhenInTransaction.Savepoint))
        {
            foreach (var inner in Modes)
                CollectionAssert.AreEqual(Cells(WhenInTransaction.Commit, inner, before: false), Cells(outer, inner, before: false));
        }
    }

    [TestMethod]
    public void Throw_as_the_outer_mode_never_runs_where_work_is_open()
    {
        foreach (var inner in Modes)
            CollectionAssert.AreEqual(new[] { "ba", "ba", "ba", "ba", "ba" }, Cells(WhenInTransaction.Throw, inner, before: true));
    }

    private static IEnumerable<string> Rows()
    {
        foreach (var outer in Modes.Where(mode => mode is not WhenInTransaction.Throw))
        {
            foreach (var inner in Modes)
                yield return Row($"`{outer}`", inner, Cells(outer, inner, before: true));
        }

        foreach (var outer in new[] { WhenInTransaction.Commit, WhenInTransaction.Savepoint })
        {
            foreach (var inner in Modes)
                yield return Row(outer is WhenInTransaction.Commit ? "any other" : $"`{outer}`", inner, Cells(outer, inner, before: false));
        }
    }

    private static string Row(string outer, WhenInTransaction inner, string[] cells)
        => $"| {outer} | `{inner}` | {string.Join(" | ", cells)} |";

    private static string[] Cells(WhenInTransaction outer, WhenInTransaction inner, bool before)
        => [.. Nesting.Of(outer, inner).Where(nesting => nesting.Before == before).Select(nesting => NestingModel.Run(nesting).ToString())];

    private static string FindDocument()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var document = Path.Combine(folder.FullName, "docs", "atomic.md");
            if (File.Exists(document))
                return document;
        }

        throw new FileNotFoundException("docs/atomic.md was not found in any folder above the tests.");
    }
}
