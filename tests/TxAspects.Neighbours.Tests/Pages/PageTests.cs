using System.Text.RegularExpressions;

namespace TxAspects.Neighbours.Tests.Pages;

/// <summary>docs/neighbours shows what the tests compile, and names tests that exist.</summary>
[TestClass]
public sealed partial class PageTests
{
    private static readonly string[] Sources = Directory
        .EnumerateFiles(Path.Combine(Page.Root, "tests", "TxAspects.Neighbours.Tests"), "*.*", SearchOption.AllDirectories)
        .Where(path => Path.GetExtension(path) is ".cs" or ".razor")
        .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .Select(path => File.ReadAllText(path).ReplaceLineEndings("\n"))
        .ToArray();

    public static IEnumerable<object[]> Names => Page.All.Select(page => new object[] { page.Name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Code_stands_in_the_tests_word_for_word(string name)
    {
        var strange = Find(name).Code.Where(code => !Sources.Any(source => Has(source, code)));

        Assert.AreEqual("", string.Join("\n---\n", strange));
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Tests_that_are_named_exist(string name)
    {
        var missing = Find(name).Tests.Where(test => !IsTest(test.Type, test.Method));

        Assert.AreEqual("", string.Join(", ", missing));
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Links_lead_to_files(string name)
        => Assert.AreEqual("", string.Join(", ", Find(name).Links.Where(link => !File.Exists(link) && !Directory.Exists(link))));

    [TestMethod]
    public void Every_page_has_code_and_tests_and_stands_in_the_index()
    {
        var index = Find("README.md");

        foreach (var page in Page.All.Where(page => page.Name != index.Name))
        {
            Assert.IsNotEmpty(page.Code, page.Name);
            Assert.IsNotEmpty(page.Tests, page.Name);
            Assert.Contains(page.Name, index.Links.Select(Path.GetFileName), page.Name);
        }
    }

    [TestMethod]
    public void Every_test_of_a_neighbour_is_named_on_a_page()
    {
        var named = Page.All.SelectMany(page => page.Tests).ToHashSet();
        var silent = Tests()
            .Where(test => test.Type.Namespace != typeof(PageTests).Namespace)
            .Where(test => !named.Contains((test.Type.Name, test.Method)))
            .Select(test => $"{test.Type.Name}.{test.Method}");

        Assert.AreEqual("", string.Join(", ", silent));
    }

    private static Page Find(string name) => Page.All.Single(page => page.Name == name);

    private static bool IsTest(string type, string method) => Tests().Any(test => test.Type.Name == type && test.Method == method);

    private static IEnumerable<(Type Type, string Method)> Tests()
        => from type in typeof(PageTests).Assembly.GetTypes()
           from method in type.GetMethods()
           where method.IsDefined(typeof(TestMethodAttribute), inherit: true)
           select (type, method.Name);

    // What stands deeper in a file stands at the margin of a page.
    private static bool Has(string source, string code)
        => Enumerable.Range(0, 6).Select(depth => FilledLine().Replace(code, new string(' ', depth * 4)))
            .Any(indented => source.Contains(indented, StringComparison.Ordinal));

    [GeneratedRegex("^(?=.)", RegexOptions.Multiline)]
    private static partial Regex FilledLine();
}
