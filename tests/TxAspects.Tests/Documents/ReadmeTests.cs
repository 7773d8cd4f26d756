using System.Text.RegularExpressions;

namespace TxAspects.Tests;

/// <summary>What the README shows is what the samples compile.</summary>
[TestClass]
public sealed partial class ReadmeTests
{
    [TestMethod]
    public void Every_example_stands_in_the_samples_word_for_word()
    {
        var root = RepositoryRoot();
        var sources = Directory.EnumerateFiles(Path.Combine(root, "sample-console"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"))
            .Select(ReadNormalized)
            .ToArray();

        var examples = Example().Matches(ReadNormalized(Path.Combine(root, "README.md"))).Select(match => match.Groups[1].Value).ToArray();

        Assert.IsGreaterThan(3, examples.Length);
        foreach (var example in examples)
            Assert.IsTrue(Array.Exists(sources, source => source.Contains(example, StringComparison.Ordinal)), $"In no sample:\n{example}");
    }

    [TestMethod]
    public void Every_link_leads_to_a_file()
    {
        var root = RepositoryRoot();
        foreach (var document in Directory.EnumerateFiles(root, "*.md")
            .Concat(Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.md")))
        {
            foreach (Match link in Link().Matches(File.ReadAllText(document)))
            {
                var target = Path.Combine(Path.GetDirectoryName(document)!, link.Groups[1].Value);
                Assert.IsTrue(File.Exists(target), $"{Path.GetFileName(document)} links to '{link.Groups[1].Value}', which is not there.");
            }
        }
    }

    internal static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "TxAspects.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("No TxAspects.sln above the tests.");
        return folder;
    }

    private static string ReadNormalized(string file) => File.ReadAllText(file).ReplaceLineEndings("\n");

    [GeneratedRegex("```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex(@"\]\(((?!https?:|#)[^)#]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();
}
