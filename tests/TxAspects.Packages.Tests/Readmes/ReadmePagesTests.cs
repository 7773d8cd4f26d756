using System.Text.RegularExpressions;

namespace TxAspects.Packages.Tests.Readmes;

/// <summary>The examples in the packages' READMEs stand in this project word for word, and the tests beside run them.</summary>
[TestClass]
public sealed partial class ReadmePagesTests
{
    public static IEnumerable<string> Packages
        => Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "README.md", SearchOption.AllDirectories)
            .Select(file => Path.GetFileName(Path.GetDirectoryName(file)!))
            .Order(StringComparer.Ordinal);

    [TestMethod]
    public void There_is_one_for_every_package() => Assert.HasCount(10, Packages);

    [TestMethod]
    [DynamicData(nameof(Packages))]
    public void Every_example_is_compiled_here(string package)
    {
        var folder = Path.Combine(Repository.Root, "tests", "TxAspects.Packages.Tests");
        var sources = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(file => Unindented(File.ReadAllText(file).ReplaceLineEndings("\n")))
            .ToArray();
        var examples = Example().Matches(Unindented(Repository.ReadText("src", package, "README.md")))
            .Select(match => match.Groups[1].Value)
            .ToArray();

        Assert.IsNotEmpty(examples);
        foreach (var example in examples)
            Assert.IsTrue(Array.Exists(sources, source => source.Contains(example, StringComparison.Ordinal)), $"Nowhere:\n{example}");
    }

    private static string Unindented(string text) => Indentation().Replace(text, "");

    [GeneratedRegex("```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex("^ +", RegexOptions.Multiline)]
    private static partial Regex Indentation();
}
