namespace SampleIdentity.Tests;

/// <summary>
/// The application as it was before the diff of docs/convert.md: a copy of the sample from which the diff was taken back, built.
/// </summary>
internal sealed class FormerClub : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("former-club-").FullName;

    private FormerClub()
    {
    }

    public string Assembly => Path.Combine(_folder, "sample-identity", "bin", "Release", "net10.0", "sample-identity.dll");

    public static async Task<FormerClub> BuildAsync(PageDiff diff)
    {
        var club = new FormerClub();
        try
        {
            await club.BuildHereAsync(diff);
            return club;
        }
        catch
        {
            club.Dispose();
            throw;
        }
    }

    /// <summary>What the files of the sample were.</summary>
    public static IReadOnlyDictionary<string, string> FilesBefore(PageDiff diff)
        => Repository.SampleFiles().ToDictionary(
            file => file, file => diff.TakeBack($"sample-identity/{file}", Repository.Read("sample-identity", file)));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task BuildHereAsync(PageDiff diff)
    {
        foreach (var file in new[] { "Directory.Build.props", "Directory.Packages.props", "NuGet.config", "global.json", ".editorconfig" })
            File.Copy(Path.Combine(Repository.Root, file), Path.Combine(_folder, file));
        foreach (var (file, content) in FilesBefore(diff))
        {
            var path = Path.Combine(_folder, "sample-identity", file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, content);
        }

        var (exitCode, written) = await ChildProcess.DotnetAsync(
            Path.Combine(_folder, "sample-identity"), "build", "-c", "Release", "-p:RunAnalyzers=false");
        Assert.AreEqual(0, exitCode, written);
    }
}
