using System.Text.RegularExpressions;

namespace TxAspects.AspNetCore.Tests.Injection;

/// <summary>The code of docs/injection.md is compiled and run here, and the tests it names exist.</summary>
[TestClass]
public sealed partial class InjectionPageTests
{
    private static readonly string[] Folders = ["Injection", "SetUp", "UnitScopes", "Scopes", "Hubs"];

    [TestMethod]
    public void Every_example_is_compiled_here()
    {
        var source = ReadUnindented(Path.Combine(Root(), "tests", "TxAspects.AspNetCore.Tests", "Injection", "OrdersPage.cs"));

        var examples = Example().Matches(ReadUnindented(Page())).Select(match => match.Groups[1].Value).ToArray();

        Assert.HasCount(4, examples);
        foreach (var example in examples)
            Assert.Contains(example, source);
    }

    [TestMethod]
    public void Tests_that_are_named_exist()
    {
        var sources = string.Join('\n', new[] { "TxAspects.Tests", "TxAspects.AspNetCore.Tests" }
            .SelectMany(project => Directory.EnumerateFiles(Path.Combine(Root(), "tests", project), "*.cs", SearchOption.AllDirectories))
            .Where(file => Array.Exists(Folders, folder => file.Contains(folder, StringComparison.Ordinal)))
            .Select(File.ReadAllText));

        var named = new[] { Page(), Page("injection-unit-scope.md") }
            .SelectMany(page => TestName().Matches(File.ReadAllText(page)).Select(match => match.Groups[1].Value)).ToArray();

        Assert.IsGreaterThan(8, named.Length);
        foreach (var method in named)
            Assert.Contains($" {method}(", sources);
    }

    private static string Page(string name = "injection.md") => Path.Combine(Root(), "docs", name);

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "TxAspects.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("No TxAspects.sln above the tests.");
        return folder;
    }

    private static string ReadUnindented(string file) => Indentation().Replace(File.ReadAllText(file).ReplaceLineEndings("\n"), "");

    [GeneratedRegex("```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex("^ +", RegexOptions.Multiline)]
    private static partial Regex Indentation();

    [GeneratedRegex(@"`\w+(?:Specification|Tests)\.(\w+)`")]
    private static partial Regex TestName();
}
