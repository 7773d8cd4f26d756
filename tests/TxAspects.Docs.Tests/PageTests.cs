using System.Text.RegularExpressions;

namespace TxAspects.Docs.Tests;

/// <summary>What the recipes and the pages for newcomers show stands in these tests word for word, so it is compiled and run.</summary>
[TestClass]
public sealed partial class PageTests
{
    private static readonly string[] Sources = [.. Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "tests", "TxAspects.Docs.Tests"), "*.cs", SearchOption.AllDirectories)
        .Append(Path.Combine(Repository.Root, "tests", "TxAspects.Tests", "Connects", "Shards.cs"))
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .Select(file => Unindented(File.ReadAllText(file)))];

    public static IEnumerable<object[]> Pages
        => Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "how-to"), "*.md")
            .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "coming-from-*.md"))
            .Concat([Path.Combine(Repository.Root, "docs", "glossary.md"), Path.Combine(Repository.Root, "docs", "upgrading.md")])
            .Select(file => new object[] { Path.GetRelativePath(Repository.Root, file).Replace('\\', '/') });

    [TestMethod]
    [DynamicData(nameof(Pages))]
    public void Every_example_stands_in_the_tests(string page)
    {
        var strange = Example().Matches(Unindented(Repository.Read(page))).Select(match => match.Groups[1].Value)
            .Where(example => !Array.Exists(Sources, source => source.Contains(example, StringComparison.Ordinal)));

        Assert.AreEqual("", string.Join("\n---\n", strange));
    }

    // What has an ellipsis is a sketch, and says so by it.
    [TestMethod]
    [DataRow("atomic")]
    [DataRow("dashboard")]
    [DataRow("databases")]
    [DataRow("dependency-injection")]
    [DataRow("failures")]
    [DataRow("injection-unit-scope")]
    [DataRow("observability")]
    [DataRow("variables")]
    [DataRow("web")]
    public void Every_whole_example_of_the_reference_stands_in_the_tests(string page)
    {
        var strange = Example().Matches(Unindented(Repository.Read($"docs/{page}.md"))).Select(match => match.Groups[1].Value)
            .Where(example => !example.Contains('…', StringComparison.Ordinal))
            .Where(example => !Array.Exists(Sources, source => source.Contains(example, StringComparison.Ordinal)));

        Assert.AreEqual("", string.Join("\n---\n", strange));
    }

    [TestMethod]
    public void Every_page_stands_in_the_table_of_contents()
    {
        var contents = Repository.Read("docs/toc.yml");
        var silent = Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Path.Combine(Repository.Root, "docs"), file).Replace('\\', '/'))
            .Where(page => !contents.Contains($"href: {page}\n", StringComparison.Ordinal));

        Assert.AreEqual("", string.Join(", ", silent));
    }

    private static string Unindented(string text) => Indentation().Replace(text.ReplaceLineEndings("\n"), "");

    // What a page shows as wrong, or as the code of another library, is marked as C# for a reader with 'cs'.
    [GeneratedRegex("```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex("^ +", RegexOptions.Multiline)]
    private static partial Regex Indentation();
}
