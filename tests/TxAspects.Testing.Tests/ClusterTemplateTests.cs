namespace TxAspects.Testing.Tests;

[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class ClusterTemplateTests
{
    private readonly TestFolder _folder = new();
    private readonly CountingPrograms _programs = new();

    [TestCleanup]
    public void CleanUp()
    {
        _folder.Dispose();
        _programs.Dispose();
    }

    [TestMethod]
    public async Task Second_start_runs_no_initdb()
    {
        await StartAndStopAsync();
        await StartAndStopAsync();

        Assert.AreEqual(1, _programs.InitDbRuns);
    }

    [TestMethod]
    public async Task Parallel_first_starts_run_one_initdb()
    {
        var servers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StartAsync()));

        Assert.HasCount(4, servers.Select(server => server.Port).Distinct());
        foreach (var server in servers)
        {
            Assert.AreEqual(1, await Sql.ScalarAsync<int>(server.ConnectionString, "SELECT 1"));
            await server.DisposeAsync();
        }
        Assert.AreEqual(1, _programs.InitDbRuns);
        Assert.IsEmpty(_folder.RunFolders);
    }

    [TestMethod]
    public async Task Template_that_lost_a_file_is_made_again()
    {
        await StartAndStopAsync();
        File.Delete(Path.Combine(_folder.Template, "data", "PG_VERSION"));

        await StartAndStopAsync();

        Assert.AreEqual(2, _programs.InitDbRuns);
    }

    [TestMethod]
    public async Task Template_whose_making_was_interrupted_is_made_again()
    {
        await StartAndStopAsync();
        Directory.Move(_folder.Template, _folder.Template + ".new");

        await StartAndStopAsync();

        Assert.AreEqual(2, _programs.InitDbRuns);
        Assert.DoesNotEndWith(".new", _folder.Template);
    }

    private Task<TemporaryPostgres> StartAsync()
        => TemporaryPostgres.StartAsync(new TemporaryPostgresOptions { DataFolder = _folder.Path, BinariesFolder = _programs.Folder });

    private async Task StartAndStopAsync()
    {
        await using var server = await StartAsync();
        Assert.AreEqual(1, await Sql.ScalarAsync<int>(server.ConnectionString, "SELECT 1"));
    }
}
