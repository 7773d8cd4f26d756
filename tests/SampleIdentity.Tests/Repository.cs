namespace SampleIdentity.Tests;

/// <summary>The files of this repository.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Sample { get; } = Path.Combine(Root, "sample-identity");

    /// <summary>How this was built, and the sample with it.</summary>
    public static string Configuration { get; } =
        new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Name;

    /// <summary>The files of the sample that are written by hand or by a tool, by their paths in its folder.</summary>
    public static IEnumerable<string> SampleFiles()
        => Directory.EnumerateFiles(Sample, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Sample, file).Replace('\\', '/'))
            .Where(file => !file.StartsWith("bin/", StringComparison.Ordinal) && !file.StartsWith("obj/", StringComparison.Ordinal));

    public static string Read(params string[] path) => File.ReadAllText(Path.Combine([Root, .. path])).ReplaceLineEndings("\n");

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "TxAspects.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("No TxAspects.sln above the tests.");
        return folder;
    }
}
