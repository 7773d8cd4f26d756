using System.Text.RegularExpressions;

namespace TxAspects.Tests;

/// <summary>What docs/architecture.md names is there.</summary>
[TestClass]
public sealed partial class ArchitecturePageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(ReadmeTests.RepositoryRoot(), "docs", "architecture.md"));

    [TestMethod]
    public void Paths_exist()
    {
        var paths = Paths().Matches(Page).Select(match => match.Groups[1].Value).Distinct().ToArray();

        Assert.IsGreaterThan(80, paths.Length);
        Assert.AreEqual("", string.Join(Environment.NewLine, paths.Where(path => !Exists(path))));
    }

    [TestMethod]
    public void Every_folder_of_the_core_has_a_row()
    {
        var folders = SourceFile.All
            .Where(file => file.Package == "TxAspects" && file.Folder.Length > 0)
            .Select(file => file.Folder.Replace('.', '/'))
            .Distinct();

        Assert.AreEqual("", string.Join(", ", folders.Where(folder => !Page.Contains($"| `{folder}` |", StringComparison.Ordinal))));
    }

    private static bool Exists(string path)
        => new[] { "src/TxAspects/", "src/", "" }.Any(from => File.Exists(Path.Combine(ReadmeTests.RepositoryRoot(), from + path)));

    [GeneratedRegex(@"`([\w./{}]+\.cs)`")]
    private static partial Regex Paths();
}
