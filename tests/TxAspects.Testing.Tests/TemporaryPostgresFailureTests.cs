namespace TxAspects.Testing.Tests;

[TestClass]
public sealed class TemporaryPostgresFailureTests
{
    private readonly TestFolder _folder = new();

    [TestCleanup]
    public void CleanUp() => _folder.Dispose();

    [TestMethod]
    public async Task Server_that_dies_at_its_start_says_why_and_leaves_nothing()
    {
        var options = new TemporaryPostgresOptions { DataFolder = _folder.Path, Settings = { ["no_such_setting"] = "1" } };

        var thrown = await Assert.ThrowsExactlyAsync<PostgresStartException>(() => TemporaryPostgres.StartAsync(options));

        Assert.Contains("no_such_setting", thrown.Log);
        Assert.AreEqual(
            "The temporary PostgreSQL server did not start. It ended at once. It complained about the setting 'no_such_setting'. What it " +
            "wrote is in Log.",
            thrown.Message);
        Assert.IsEmpty(_folder.RunFolders);
    }

    [TestMethod]
    public async Task Failed_initdb_shows_what_it_said()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("The programs here are shell scripts.");
        using var programs = new CountingPrograms(initDb: "echo 'no space left'; exit 1");
        var options = new TemporaryPostgresOptions { DataFolder = _folder.Path, BinariesFolder = programs.Folder };

        var thrown = await Assert.ThrowsExactlyAsync<PostgresStartException>(() => TemporaryPostgres.StartAsync(options));

        Assert.AreEqual("no space left", thrown.Log);
    }

    [TestMethod]
    public async Task Start_that_takes_too_long_says_so_and_leaves_nothing()
    {
        var options = new TemporaryPostgresOptions { DataFolder = _folder.Path, StartTimeout = TimeSpan.FromMilliseconds(1) };

        var thrown = await Assert.ThrowsExactlyAsync<PostgresStartException>(() => TemporaryPostgres.StartAsync(options));

        Assert.Contains("StartTimeout", thrown.Message);
        Assert.IsEmpty(_folder.RunFolders);
    }

    [TestMethod]
    public async Task Cancelled_start_is_reported_as_cancelled_and_leaves_nothing()
    {
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(150));

        await Assert.ThrowsAsync<OperationCanceledException>(() => TemporaryPostgres.StartAsync(_folder.Options, source.Token));

        Assert.IsEmpty(_folder.RunFolders);
    }

    [TestMethod]
    public void Start_timeout_of_zero_is_refused()
        => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new TemporaryPostgresOptions { StartTimeout = TimeSpan.Zero });
}
