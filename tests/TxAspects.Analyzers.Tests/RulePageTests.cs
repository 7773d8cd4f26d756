using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using TxAspects.Analyzers.Rules;

namespace TxAspects.Analyzers.Tests;

/// <summary>What docs/analyzers shows is compiled with all rules. They find the lines that a page marks, and no other.</summary>
[TestClass]
public sealed partial class RulePageTests
{
    private const string Surroundings = """
        public class Order { public int Id { get; set; } public string Item { get; set; } = ""; public bool IsOpen { get; set; } }

        public record Note(string Text);

        public class ShopContext(DbContextOptions options) : DbContext(options) { public DbSet<Order> Orders => Set<Order>(); }

        public static class Shop { public static DbConnect<ShopContext> Master { get; set; } = null!; }

        public interface IOrders { [UnitOfWork] Task PlaceAsync(Order order); }

        public class OrderService : IOrders { public Task PlaceAsync(Order order) => Task.CompletedTask; }

        public interface IAudit { [NewContext] Task NoteAsync(Order order); }

        public interface IStock { [UnitOfWork] Task ReserveAsync(int item); }
        """;

    /// <summary>What may stand around an example. The first one that compiles is taken.</summary>
    private static readonly (OutputKind Kind, string Before, string After)[] Frames =
    [
        (OutputKind.DynamicallyLinkedLibrary, "namespace Page;\n", ""),
        (OutputKind.DynamicallyLinkedLibrary,
            "public class Sample(IAudit audit, IStock stock, HttpClient client, Uri url, HttpContent content)\n{\n", "\n}\n"),
        (OutputKind.DynamicallyLinkedLibrary,
            "public class Sample\n{\npublic async Task RunAsync(IOrders orders, Order order)\n{\nawait Task.Yield();\n", "\n}\n}\n"),
        (OutputKind.ConsoleApplication, "var services = new ServiceCollection();\n", ""),
    ];

    private static readonly DiagnosticAnalyzer[] Analyzers = [.. typeof(ScopeAnalyzer).Assembly.GetTypes()
        .Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(DiagnosticAnalyzer)))
        .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!)];

    private static readonly CSharpParseOptions Language = new(LanguageVersion.CSharp14);

    public static IEnumerable<object[]> Pages => Analyzers.SelectMany(analyzer => analyzer.SupportedDiagnostics)
        .Select(rule => rule.Id).Distinct().Order(StringComparer.Ordinal).Select(id => new object[] { id });

    [TestMethod]
    public void Every_rule_is_tried() => Assert.HasCount(12, Pages);

    [TestMethod]
    [DynamicData(nameof(Pages))]
    public async Task Rules_find_the_marked_lines_and_no_other(string id)
    {
        var page = File.ReadAllText(Path.Combine(Root(), "docs", "analyzers", $"{id}.md")).ReplaceLineEndings("\n");
        var (wrong, right) = (Examples(page, "Wrong"), Examples(page, "Right"));

        Assert.IsNotEmpty(wrong);
        Assert.IsNotEmpty(right);
        foreach (var example in wrong.Concat(right))
            Assert.AreEqual(Marked(example), await FoundAsync(example), example);
        Assert.IsTrue(wrong.All(example => example.Contains($"// {id}", StringComparison.Ordinal)));
        Assert.IsFalse(right.Any(example => example.Contains("// TXA", StringComparison.Ordinal)));
    }

    private static string[] Examples(string page, string heading)
        => [.. Example().Matches(page.Split($"\n## {heading}\n")[1].Split("\n## ")[0]).Select(match => match.Groups[1].Value)];

    /// <summary>The lines that say by a comment which rule finds them.</summary>
    private static string Marked(string example)
        => string.Join('\n', example.Split('\n').Select((line, index) => (Mark: Mark().Match(line), index))
            .Where(one => one.Mark.Success).Select(one => $"{one.index} {one.Mark.Groups[1].Value}"));

    private static async Task<string> FoundAsync(string example)
    {
        var failures = new List<string>();
        foreach (var (kind, before, after) in Frames)
        {
            var compilation = Compile(kind, before + example + after);
            var errors = compilation.GetDiagnostics().Where(one => one.Severity is DiagnosticSeverity.Error).ToArray();
            failures.AddRange(errors.Select(one => one.ToString()));
            if (errors.Length > 0)
                continue;

            var found = await compilation.WithAnalyzers([.. Analyzers]).GetAnalyzerDiagnosticsAsync();
            var first = before.Count(one => one is '\n');
            return string.Join('\n', found.Select(one => (Line: one.Location.GetLineSpan().StartLinePosition.Line - first, one.Id))
                .OrderBy(one => one.Line).Select(one => $"{one.Line} {one.Id}"));
        }

        throw new AssertFailedException($"This compiles in no frame:\n{example}\n{string.Join('\n', failures)}");
    }

    private static CSharpCompilation Compile(OutputKind kind, string source) => CSharpCompilation.Create(
        "Page",
        [Parse(source, "Page.cs"), Parse(Surroundings, "Surroundings.cs"), Parse(Verify.Usings, "Usings.cs")],
        Verify.WithoutEndpoints,
        new CSharpCompilationOptions(kind, nullableContextOptions: NullableContextOptions.Enable)
            .WithSpecificDiagnosticOptions([new("TXA012", ReportDiagnostic.Warn)]));

    private static SyntaxTree Parse(string source, string path) => CSharpSyntaxTree.ParseText(source, Language, path);

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "TxAspects.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("No TxAspects.sln above the tests.");
        return folder;
    }

    [GeneratedRegex("```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex(@"// (TXA\d+)")]
    private static partial Regex Mark();
}
