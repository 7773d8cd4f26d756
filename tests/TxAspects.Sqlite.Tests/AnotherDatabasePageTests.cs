using System.Reflection;
using System.Text.RegularExpressions;
using TxAspects.Drivers;

namespace TxAspects.Tests;

/// <summary>What docs/another-database.md shows and names is here.</summary>
[TestClass]
public sealed partial class AnotherDatabasePageTests
{
    private static readonly string Root = FindRoot();

    private static string Page => Unindented(Path.Combine(Root, "docs", "another-database.md"));

    [TestMethod]
    public void Every_example_is_compiled_here()
    {
        var folder = Path.Combine(Root, "tests", "TxAspects.Sqlite.Tests", "Driver");
        var sources = string.Join('\n', Directory.EnumerateFiles(folder, "*.cs").Select(Unindented));
        var examples = Example().Matches(Page).Select(match => match.Groups[1].Value).ToArray();

        Assert.HasCount(3, examples);
        foreach (var example in examples)
            Assert.Contains(example, sources);
    }

    [TestMethod]
    public void Every_member_of_a_driver_is_explained()
    {
        var members = typeof(DbDriver).GetMembers(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Where(member => member is PropertyInfo || member is MethodInfo { IsSpecialName: false, IsVirtual: true });

        var unexplained = members.Select(member => member.Name).Where(name => !Page.Contains($"`{name}", StringComparison.Ordinal));

        Assert.AreEqual("", string.Join(", ", unexplained));
    }

    [TestMethod]
    public void Every_test_it_names_is_there()
    {
        var named = TestNames().Matches(Page).Select(match => (Class: match.Groups[1].Value, Method: match.Groups[2].Value)).ToArray();
        var types = Assembly.GetExecutingAssembly().GetTypes().ToLookup(type => type.Name.Split('`')[0]);

        Assert.IsGreaterThan(10, named.Length);
        foreach (var (type, method) in named)
            Assert.IsNotNull(types[type].SingleOrDefault()?.GetMethod(method), $"{type}.{method}");
    }

    [TestMethod]
    public void Every_reason_for_a_difference_is_told()
    {
        foreach (var reason in Difference.All.Values.Distinct())
            Assert.Contains(reason, Page.Replace('\n', ' '), reason);
    }

    private static string Unindented(string file) => Indentation().Replace(File.ReadAllText(file).ReplaceLineEndings("\n"), "");

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "TxAspects.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("No TxAspects.sln above the tests.");
        return folder;
    }

    [GeneratedRegex("```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex("^ +", RegexOptions.Multiline)]
    private static partial Regex Indentation();

    [GeneratedRegex(@"`(\w+(?:Tests|Specification))\.(\w+)`")]
    private static partial Regex TestNames();
}
