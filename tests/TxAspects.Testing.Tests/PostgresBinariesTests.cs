using TxAspects.Testing.Servers;

namespace TxAspects.Testing.Tests;

[TestClass]
public sealed class PostgresBinariesTests
{
    private readonly TestFolder _folder = new();

    [TestCleanup]
    public void CleanUp() => _folder.Dispose();

    [TestMethod]
    public void Nothing_found_says_what_to_install_or_set()
    {
        var thrown = Assert.ThrowsExactly<PostgresNotFoundException>(() => Find(path: _folder.Path));

        Assert.Contains("No PostgreSQL server can be started.", thrown.Message);
        Assert.Contains("Install the package 'postgresql'", thrown.Message);
        Assert.Contains("TXASPECTS_PGBIN", thrown.Message);
        Assert.Contains("TXASPECTS_POSTGRES", thrown.Message);
    }

    [TestMethod]
    public void Named_folder_without_the_programs_is_an_error_and_not_passed_over()
    {
        var good = Install("good");

        Assert.Contains("TXASPECTS_PGBIN", Assert.ThrowsExactly<PostgresNotFoundException>(
            () => Find(variable: _folder.Path, path: good)).Message);
        Assert.Contains("BinariesFolder", Assert.ThrowsExactly<PostgresNotFoundException>(
            () => Find(option: _folder.Path, variable: good)).Message);
    }

    [TestMethod]
    public void Option_goes_before_variable_before_path_before_usual_folders()
    {
        var (option, variable, path, usual) = (Install("a"), Install("b"), Install("c"), Install("d"));

        Assert.AreEqual(option, Find(option, variable, path, usual).Folder);
        Assert.AreEqual(variable, Find(null, variable, path, usual).Folder);
        Assert.AreEqual(path, Find(null, null, path, usual).Folder);
        Assert.AreEqual(usual, Find(null, null, null, usual).Folder);
    }

    [TestMethod]
    public void Newest_version_among_the_usual_folders_wins()
    {
        Install("pg/9.6/bin");
        Install("pg/15/bin");
        var newest = Install("pg/16/bin");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "pg/17/bin")); // A client without a server.

        Assert.AreEqual(newest, Find(usual: Path.Combine(_folder.Path, "pg/*/bin")).Folder);
    }

    [TestMethod]
    public void Link_on_path_leads_to_the_folder_with_all_programs()
    {
        var real = Install("real");
        var links = Directory.CreateDirectory(Path.Combine(_folder.Path, "links")).FullName;
        File.CreateSymbolicLink(Path.Combine(links, "postgres"), Path.Combine(real, "postgres"));

        Assert.AreEqual(real, Find(path: links).Folder);
    }

    private static PostgresBinaries Find(string? option = null, string? variable = null, string? path = null, string? usual = null)
        => PostgresBinaries.Find(option, variable, path, usual is null ? [] : [usual]);

    private string Install(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, name)).FullName;
        foreach (var program in new[] { "postgres", "initdb" })
            File.WriteAllText(Path.Combine(folder, OperatingSystem.IsWindows() ? $"{program}.exe" : program), "");
        return folder;
    }
}
