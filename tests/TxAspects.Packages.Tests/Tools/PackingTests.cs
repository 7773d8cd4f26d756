using System.IO.Compression;

namespace TxAspects.Packages.Tests.Tools;

/// <summary>eng/pack and eng/try do what they say, and the check of the packages finds what is wrong with one.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows, IgnoreMessage = "The scripts need a Unix shell.")]
public sealed class PackingTests
{
    private static (int ExitCode, string Written) s_packed;

    private static string Packages => Path.Combine(Repository.Root, "artifacts", "packages");

    [ClassInitialize]
    public static async Task PackAsync(TestContext context) => s_packed = await Script.RunAsync(Path.Combine(Repository.Root, "eng", "pack"));

    [TestMethod]
    public void Packages_are_whole()
    {
        Assert.AreEqual(0, s_packed.ExitCode, s_packed.Written);
        StringAssert.Contains(s_packed.Written, "11 packages of version");
    }

    [TestMethod]
    public async Task Packages_suffice_for_a_committed_row()
    {
        Assert.AreEqual(0, s_packed.ExitCode, s_packed.Written);

        var (exitCode, written) = await Script.RunAsync(Path.Combine(Repository.Root, "eng", "try"), "--no-pack");

        Assert.AreEqual(0, exitCode, written);
        StringAssert.Contains(written, "The packages suffice");
    }

    [TestMethod]
    public async Task What_is_wrong_with_a_package_is_said_in_words()
    {
        Assert.AreEqual(0, s_packed.ExitCode, s_packed.Written);
        var folder = Directory.CreateTempSubdirectory("txaspects-packages").FullName;
        try
        {
            foreach (var file in Directory.EnumerateFiles(Packages))
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            Damage(folder);

            var (exitCode, written) = await Script.RunAsync(
                "dotnet", "run", "--no-build", "eng/check-packages.cs", "--", folder);

            Assert.AreEqual(1, exitCode, written);
            Assert.AreEqual(
                """
                TxAspects.Abstractions: lib/net10.0/TxAspects.Abstractions.dll has no documentation.
                TxAspects.AspNetCore: There is no README with an example.
                TxAspects.Autofac: It takes TxAspects 0.1.0, not exactly its own version.
                TxAspects.Autofac: It takes Autofac 9.3.3 without an upper bound.
                TxAspects.Dashboard: notes.txt has a path of this machine in it.
                TxAspects.DependencyInjection: There is no symbols package.
                TxAspects.PostgreSql: There is no icon, or it is no small PNG.
                TxAspects.Testing: The symbols are those of another lib/net10.0/TxAspects.Testing.dll.
                TxAspects: The rules are missing, or where none belong.
                TxAspects.Http of docs/packages.md was not made.
                """.ReplaceLineEndings(),
                written.Trim());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Damage(string folder)
    {
        Change(folder, "TxAspects", archive => Remove(archive, "analyzers/dotnet/cs/TxAspects.Analyzers.dll"));
        Change(folder, "TxAspects.Abstractions", archive => Remove(archive, "lib/net10.0/TxAspects.Abstractions.xml"));
        Change(folder, "TxAspects.AspNetCore", archive => Remove(archive, "README.md"));
        Change(folder, "TxAspects.Dashboard", archive => Write(archive, "notes.txt", $"Built in {Repository.Root}."));
        Change(folder, "TxAspects.PostgreSql", archive => Write(archive, "icon.png", "no picture"));
        Change(folder, "TxAspects.Autofac", archive =>
        {
            using var reader = new StreamReader(archive.GetEntry("TxAspects.Autofac.nuspec")!.Open());
            var nuspec = System.Xml.Linq.XDocument.Load(reader);
            reader.Dispose();
            foreach (var dependency in nuspec.Descendants().Where(element => element.Name.LocalName == "dependency"))
                dependency.SetAttributeValue("version", dependency.Attribute("id")!.Value == "TxAspects" ? "0.1.0" : "9.3.3");
            Write(archive, "TxAspects.Autofac.nuspec", nuspec.ToString());
        });
        File.Delete(FileOf(folder, "TxAspects.DependencyInjection", "snupkg"));
        File.Delete(FileOf(folder, "TxAspects.Http", "nupkg"));
        using var others = ZipFile.OpenRead(FileOf(folder, "TxAspects.Autofac", "snupkg"));
        using var archive = ZipFile.Open(FileOf(folder, "TxAspects.Testing", "snupkg"), ZipArchiveMode.Update);
        Remove(archive, "lib/net10.0/TxAspects.Testing.pdb");
        using var copy = archive.CreateEntry("lib/net10.0/TxAspects.Testing.pdb").Open();
        using var foreign = others.GetEntry("lib/net10.0/TxAspects.Autofac.pdb")!.Open();
        foreign.CopyTo(copy);
    }

    private static void Change(string folder, string package, Action<ZipArchive> change)
    {
        using var archive = ZipFile.Open(FileOf(folder, package, "nupkg"), ZipArchiveMode.Update);
        change(archive);
    }

    private static void Remove(ZipArchive archive, string name) => archive.GetEntry(name)!.Delete();

    private static void Write(ZipArchive archive, string name, string text)
    {
        archive.GetEntry(name)?.Delete();
        using var writer = new StreamWriter(archive.CreateEntry(name).Open());
        writer.Write(text);
    }

    private static string FileOf(string folder, string package, string extension)
        => Directory.EnumerateFiles(folder, $"{package}.?.?.?*.{extension}").Single();
}
