using System.Diagnostics;
using System.Globalization;

namespace TxAspects.Testing.Tests.Attacks;

/// <summary>What the account that root's servers run as can do to root: nothing.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class ServerAccountTests
{
    private readonly TestFolder _folder = new();
    private string _victim = "";

    [TestInitialize]
    public async Task PrepareAsync()
    {
        OtherAccount.SkipUnlessRoot();
        _victim = Path.Combine(_folder.Path, "victim");
        await File.WriteAllTextAsync(_victim, "root only");
        await Command.RunAsync("chmod", "600", _victim);
    }

    [TestCleanup]
    public void CleanUp() => _folder.Dispose();

    [TestMethod]
    public async Task Only_the_data_directory_is_its_own()
    {
        await using var server = await TemporaryPostgres.StartAsync(_folder.Options);
        var trace = await ServerTrace.OfAsync(server.ConnectionString);

        Assert.AreEqual("", await Command.RunAsync("find", _folder.Path, "!", "-uid", "0", "!", "-path", $"{trace.RunFolder}/data*"));
    }

    [TestMethod]
    public async Task It_cannot_put_anything_where_root_works()
    {
        await using var server = await TemporaryPostgres.StartAsync(_folder.Options);
        var trace = await ServerTrace.OfAsync(server.ConnectionString);

        foreach (var place in new[] { trace.RunFolder, _folder.Path, _folder.Template, _folder.Template + "/data" })
        {
            Assert.IsFalse((await OtherAccount.TryAsServerAsync("ln -s \"$1\" \"$2/stopping\"", _victim, place)).Succeeded, place);
            Assert.IsFalse((await OtherAccount.TryAsServerAsync("mv \"$1\" \"$1.away\"", place + "/server.log")).Succeeded, place);
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Number_that_it_writes_into_the_servers_file_ends_no_process_of_root(bool killed)
    {
        using var bystander = Process.Start("sleep", "300");
        try
        {
            await using (var server = await TemporaryPostgres.StartAsync(_folder.Options))
            {
                var trace = await ServerTrace.OfAsync(server.ConnectionString);
                var number = bystander.Id.ToString(CultureInfo.InvariantCulture);
                await OtherAccount.AsServerAsync("sed -i \"1s/.*/$2/\" \"$1/postmaster.pid\"", trace.RunFolder + "/data", number);
                if (killed)
                    server.Kill();
                await server.DisposeAsync();

                await trace.AssertGoneAsync();
            }

            Assert.IsFalse(bystander.HasExited, "A process of root was ended.");
        }
        finally
        {
            bystander.Kill();
        }
    }

    [TestMethod]
    [DataRow("stopping")]
    [DataRow("postmaster.pid")]
    [DataRow("postgresql.conf")]
    public async Task Links_in_the_data_directory_lead_root_nowhere(string name)
    {
        await using (var server = await TemporaryPostgres.StartAsync(_folder.Options))
        {
            var trace = await ServerTrace.OfAsync(server.ConnectionString);
            await OtherAccount.AsServerAsync(
                "ln -sf \"$1\" \"$2/$3\" && ln -s \"$(dirname \"$1\")\" \"$2/folder\"", _victim, trace.RunFolder + "/data", name);
            await server.DisposeAsync();

            await trace.AssertGoneAsync();
        }

        Assert.AreEqual("root only", await File.ReadAllTextAsync(_victim));
    }

    [TestMethod]
    public async Task Link_that_it_tries_to_put_beside_the_data_directory_changes_no_file_of_root()
    {
        await using (var server = await TemporaryPostgres.StartAsync(_folder.Options))
        {
            var trace = await ServerTrace.OfAsync(server.ConnectionString);
            await OtherAccount.TryAsServerAsync("ln -sf \"$1\" \"$2\"", _victim, trace.RunFolder + "/stopping");
            await server.DisposeAsync();

            await trace.AssertGoneAsync();
        }

        Assert.AreEqual("root only", await File.ReadAllTextAsync(_victim));
    }

    [TestMethod]
    public async Task Link_that_it_plants_while_the_template_is_made_is_refused_and_not_followed()
    {
        var real = Servers.PostgresBinaries.Find(folder: null).InitDb;
        using var programs = new CountingPrograms(initDb: $"'{real}' \"$@\" && ln -s '{_victim}' \"$2/planted\"");
        var options = new TemporaryPostgresOptions { DataFolder = _folder.Path, BinariesFolder = programs.Folder };

        var refused = await Assert.ThrowsExactlyAsync<PostgresStartException>(() => TemporaryPostgres.StartAsync(options));

        Assert.Contains("neither a file nor a folder", refused.Message);
        Assert.AreEqual(_victim + "\n", await Command.RunAsync("grep", "-rl", "root only", _folder.Path));
        Assert.IsEmpty(_folder.RunFolders);
    }

    [TestMethod]
    public async Task Server_that_is_started_again_after_an_interrupted_start_follows_no_link_either()
    {
        await (await TemporaryPostgres.StartAsync(_folder.Options)).DisposeAsync();
        var draft = _folder.Template + ".new";
        Directory.Move(_folder.Template, draft);
        var made = Directory.CreateDirectory(Path.Combine(draft, "made")).FullName;
        var owner = (await Servers.Processes.ServerUser.FindOnceAsync(CancellationToken.None)).Owner!;
        await Command.RunAsync("chown", owner, made);
        await Command.RunAsync("chmod", "711", draft);
        await OtherAccount.AsServerAsync("ln -s \"$(dirname \"$1\")\" \"$2/folder\"", _victim, made);

        await (await TemporaryPostgres.StartAsync(_folder.Options)).DisposeAsync();

        Assert.AreEqual("root only", await File.ReadAllTextAsync(_victim));
    }
}
