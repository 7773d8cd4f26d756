using System.Globalization;
using System.Text.RegularExpressions;

namespace TxAspects.Testing.Servers;

/// <summary>Finds the folder that holds the server's programs.</summary>
internal sealed partial class PostgresBinaries
{
    public const string FolderVariable = "TXASPECTS_PGBIN";

    private static readonly string[] UsualFolders = OperatingSystem.IsWindows()
        ? [Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL", "*", "bin")]
        :
        [
            "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/libexec/postgresql*", "/usr/bin",
            "/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin",
        ];

    private PostgresBinaries(string folder) => Folder = folder;

    public string Folder { get; }

    public string Postgres => Program(Folder, "postgres");

    public string InitDb => Program(Folder, "initdb");

    public static PostgresBinaries Find(string? folder)
        => Find(folder, Environment.GetEnvironmentVariable(FolderVariable), Environment.GetEnvironmentVariable("PATH"), UsualFolders);

    public static PostgresBinaries Find(string? option, string? variable, string? path, IReadOnlyList<string> usualFolders)
    {
        if (!string.IsNullOrEmpty(option))
            return Named(option, nameof(TemporaryPostgresOptions.BinariesFolder));
        if (!string.IsNullOrEmpty(variable))
            return Named(variable, FolderVariable);

        var found = (path ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(Resolve).FirstOrDefault(IsComplete)
            ?? usualFolders.SelectMany(Expand).FirstOrDefault(IsComplete);
        return found is not null
            ? new PostgresBinaries(found)
            : throw PostgresNotFoundException.Because("Neither PATH nor the usual folders hold 'postgres' and 'initdb'.");
    }

    private static PostgresBinaries Named(string folder, string source) => IsComplete(folder)
        ? new PostgresBinaries(Path.GetFullPath(folder))
        : throw PostgresNotFoundException.Because($"{source} names the folder '{folder}', which does not hold 'postgres' and 'initdb'.");

    private static string Program(string folder, string name) => Path.Combine(folder, OperatingSystem.IsWindows() ? $"{name}.exe" : name);

    private static bool IsComplete(string folder) => File.Exists(Program(folder, "postgres")) && File.Exists(Program(folder, "initdb"));

    // A link on PATH may stand alone; the folder it leads to has all programs.
    private static string Resolve(string folder)
    {
        var postgres = new FileInfo(Program(folder, "postgres"));
        return postgres.Exists && postgres.ResolveLinkTarget(returnFinalTarget: true) is { } target
            ? Path.GetDirectoryName(target.FullName)!
            : folder;
    }

    /// <summary>The folders that match a pattern with at most one star, newest version first.</summary>
    private static IEnumerable<string> Expand(string pattern)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (star < 0)
            return [pattern];

        var parent = pattern[..(pattern.LastIndexOfAny(['/', '\\'], star) + 1)];
        var rest = pattern[parent.Length..].Split('/', '\\');
        return Directory.Exists(parent)
            ? Directory.GetDirectories(parent, rest[0]).OrderByDescending(VersionOf).Select(folder => Path.Combine([folder, .. rest[1..]]))
            : [];
    }

    private static double VersionOf(string folder)
        => VersionPattern().Match(Path.GetFileName(folder)) is { Success: true } match
            ? double.Parse(match.ValueSpan, CultureInfo.InvariantCulture)
            : 0;

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex VersionPattern();
}
