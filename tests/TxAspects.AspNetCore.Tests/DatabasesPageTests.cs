using System.Text.RegularExpressions;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>docs/databases.md names tests that exist, and shows what the tests compile.</summary>
[TestClass]
public sealed partial class DatabasesPageTests
{
    private static string Root { get; } = FindRoot();

    private static string Page { get; } = Read("docs", "databases.md");

    [TestMethod]
    public void Tests_that_are_named_exist()
    {
        var named = TestName().Matches(Page).Select(name => (Type: name.Groups[1].Value, Method: name.Groups[2].Value)).ToArray();

        Assert.IsGreaterThan(8, named.Length);
        foreach (var (type, method) in named)
        {
            var found = typeof(DatabasesPageTests).Assembly.GetType($"TxAspects.AspNetCore.Tests.{type}")
                ?? typeof(ClusterTests).Assembly.GetType($"TxAspects.Tests.{type}");
            Assert.IsNotNull(found?.GetMethod(method), $"{type}.{method}");
        }
    }

    [TestMethod]
    public void Shards_stand_in_the_tests_word_for_word()
    {
        var shown = ShardsExample().Match(Page).Value;

        Assert.AreNotEqual("", shown);
        StringAssert.Contains(Read("tests", "TxAspects.Tests", "Connects", "Shards.cs"), shown);
    }

    private static string Read(params string[] path) => File.ReadAllText(Path.Combine([Root, .. path])).ReplaceLineEndings("\n");

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "TxAspects.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("No TxAspects.sln above the tests.");
        return folder;
    }

    [GeneratedRegex(@"`(\w+Tests)\.(\w+)`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"public sealed class Shards<.*?\n}", RegexOptions.Singleline)]
    private static partial Regex ShardsExample();
}
