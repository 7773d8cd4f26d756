using System.Text.RegularExpressions;

namespace TxAspects.Neighbours.Tests.Pages;

/// <summary>A page of docs/neighbours, with the code and the tests on it.</summary>
internal sealed partial class Page(string path)
{
    private readonly string _text = File.ReadAllText(path).ReplaceLineEndings("\n");

    public static string Root { get; } = FindRoot();

    public static IEnumerable<Page> All
        => Directory.EnumerateFiles(Path.Combine(Root, "docs", "neighbours"), "*.md")
            .Order(StringComparer.Ordinal).Select(path => new Page(path));

    public string Name => Path.GetFileName(path);

    /// <summary>The blocks of C#, Razor and SQL.</summary>
    public IEnumerable<string> Code => CodeBlock().Matches(_text).Select(block => block.Groups[1].Value);

    /// <summary>The tests that are named, such as <c>SomeTests.Some_method</c>.</summary>
    public IEnumerable<(string Type, string Method)> Tests
        => TestName().Matches(_text).Select(name => (name.Groups[1].Value, name.Groups[2].Value));

    /// <summary>The files that it links to.</summary>
    public IEnumerable<string> Links
        => Link().Matches(_text).Select(link => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, link.Groups[1].Value)));

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "TxAspects.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("No TxAspects.sln above the tests.");
        return folder;
    }

    [GeneratedRegex(@"^```(?:csharp|razor|sql)\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"`(\w+Tests)\.(\w+)`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"\]\(([^)#:]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();
}
