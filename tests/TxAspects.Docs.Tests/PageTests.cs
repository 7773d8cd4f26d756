using System.Text.RegularExpressions;

namespace TxAspects.Docs.Tests;

/// <summary>What the pages show stands in tests or samples word for word, so it is compiled and run.</summary>
[TestClass]
public sealed partial class PageTests
{
    private static readonly string[] Sources = [.. Directory.EnumerateDirectories(Repository.Root, "sample-*")
        .Append(Path.Combine(Repository.Root, "tests"))
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*.*", SearchOption.AllDirectories))
        .Where(file => Path.GetExtension(file) is ".cs" or ".razor")
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .Select(File.ReadAllText)];

    private static readonly string[] UnindentedSources = [.. Sources.Select(Unindented)];

    // A class that has its parts in several files says its name in each.
    private static readonly ILookup<string, string> SourcesOfClasses = Sources
        .SelectMany(source => ClassName().Matches(source).Select(name => (Name: name.Groups[1].Value, Source: source)))
        .ToLookup(one => one.Name, one => one.Source);

    public static IEnumerable<object[]> Pages
        => Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Append(Path.Combine(Repository.Root, "README.md"))
            .Select(file => new object[] { Path.GetRelativePath(Repository.Root, file).Replace('\\', '/') });

    // The rules at compile time show what is wrong, which is in no source. RulePageTests compiles it.
    public static IEnumerable<object[]> PagesOfSources
        => Pages.Where(page => !((string)page[0]).StartsWith("docs/analyzers/", StringComparison.Ordinal));

    [TestMethod]
    [DynamicData(nameof(PagesOfSources))]
    public void Every_example_stands_in_a_test_or_a_sample(string page)
    {
        var strange = Example().Matches(Unindented(Repository.Read(page))).Select(match => match.Groups[1].Value)
            .Where(example => !Array.Exists(UnindentedSources, source => source.Contains(example, StringComparison.Ordinal)));

        Assert.AreEqual("", string.Join("\n---\n", strange));
    }

    [TestMethod]
    [DynamicData(nameof(Pages))]
    public void Every_test_that_is_named_exists(string page)
    {
        var named = TestName().Matches(Repository.Read(page)).Select(name => (Type: name.Groups[1].Value, Method: name.Groups[2].Value));

        var missing = named.Where(name => !SourcesOfClasses[name.Type].Any(
            source => name.Method.Length == 0 || source.Contains($" {name.Method}(", StringComparison.Ordinal)));

        Assert.AreEqual("", string.Join(", ", missing));
    }

    [TestMethod]
    [DynamicData(nameof(Pages))]
    public void Every_footnote_is_referred_to_and_every_reference_has_one(string page)
    {
        var text = Repository.Read(page);
        var notes = Footnote().Matches(text).Select(note => note.Groups[1].Value).Order(StringComparer.Ordinal);
        var references = Reference().Matches(text).Select(one => one.Groups[1].Value).Distinct().Order(StringComparer.Ordinal);

        Assert.AreSequenceEqual(references, notes);
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

    [GeneratedRegex(@"^\[\^(\w+)\]: .*$", RegexOptions.Multiline)]
    private static partial Regex Footnote();

    [GeneratedRegex(@"\[\^(\w+)\](?!: )")]
    private static partial Regex Reference();

    [GeneratedRegex(@"`(\w+(?:Tests|Specification))(?:\.(\w+))?`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"\bclass (\w+)")]
    private static partial Regex ClassName();

    [GeneratedRegex("^ +", RegexOptions.Multiline)]
    private static partial Regex Indentation();
}
