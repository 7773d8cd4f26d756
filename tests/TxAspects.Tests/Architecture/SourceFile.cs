using System.Text.RegularExpressions;

namespace TxAspects.Tests;

/// <summary>A source file of the library, as the tests of its architecture read it.</summary>
public sealed partial class SourceFile
{
    private SourceFile(string path, string root)
    {
        Path = System.IO.Path.GetRelativePath(root, path).Replace('\\', '/');
        Lines = File.ReadAllLines(path);
        Code = Strings().Replace(Comments().Replace(string.Join('\n', Lines), ""), "\"\"");
    }

    /// <summary>Every file of src that a person wrote.</summary>
    public static IReadOnlyList<SourceFile> All { get; } = Read();

    /// <summary>Relative to src, such as 'TxAspects/Units/UnitOfWork.cs'.</summary>
    public string Path { get; }

    public string[] Lines { get; }

    /// <summary>The text without comments and the contents of strings.</summary>
    public string Code { get; }

    public string Package => Path.Split('/')[0];

    /// <summary>The folder inside the package; empty for the facade.</summary>
    public string Folder => string.Join('.', Path.Split('/')[1..^1]);

    /// <summary>The first folder inside the package: a folder in it belongs to its layer.</summary>
    public string Layer => Folder.Split('.')[0];

    public string Namespace => NamespaceLine().Match(Code).Groups[1].Value;

    /// <summary>The types that it declares outside all others.</summary>
    public IEnumerable<string> Types => TopLevelTypes().Matches(Code).Select(match => match.Groups[1].Value);

    public IEnumerable<string> Usings => UsingLines().Matches(Code).Select(match => match.Groups[1].Value);

    /// <summary>Lines of code: no blank ones, comments or lone braces.</summary>
    public int LinesOfCode => Code.Split('\n').Count(line => line.Trim() is not ("" or "{" or "}"));

    public override string ToString() => Path;

    private static List<SourceFile> Read()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "TxAspects.sln")))
            folder = folder.Parent;

        Assert.IsNotNull(folder, "The tests are run from inside the repository, which has TxAspects.sln at its root.");
        var root = System.IO.Path.Combine(folder.FullName, "src");
        return [.. Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Split(System.IO.Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
            .Select(path => new SourceFile(path, root))
            .OrderBy(file => file.Path, StringComparer.Ordinal)];
    }

    [GeneratedRegex(@"(?<!:)//[^\n]*")]
    private static partial Regex Comments();

    [GeneratedRegex("\"[^\"\n]*\"")]
    private static partial Regex Strings();

    /// <summary>Whether it names a type. A member of the same name, in its declaration or behind a dot, does not count.</summary>
    public bool Names(string type)
        => Regex.IsMatch(Code, $@"(?<![\w.])(?<!(?!(?:{BeforeTypes})\b)\b\w+[>?\])]* ){type}(?=[<\s.(,;?)\[\]>{{}}])");

    private const string BeforeTypes =
        "new|return|await|is|as|case|in|out|ref|throw|readonly|static|public|private|internal|protected|required|sealed|override|virtual|abstract|async|and|or|not|else|params|this|where|using|base";

    [GeneratedRegex(@"^(?:public|internal)[^\n(;=]*\b(?:class|struct|record|interface|enum) (\w+)", RegexOptions.Multiline)]
    private static partial Regex TopLevelTypes();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^(?:global )?using (?:static )?(?:\w+ = )?([\w.]+)[^;(]*;", RegexOptions.Multiline)]
    private static partial Regex UsingLines();
}
