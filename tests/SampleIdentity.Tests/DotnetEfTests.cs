using Npgsql;
using TxAspects.Testing;

namespace SampleIdentity.Tests;

/// <summary>
/// The lines for <c>dotnet ef</c> of docs/injection.md, on the sample's connect. Skipped where the tool cannot be restored.
/// </summary>
[TestClass]
public sealed class DotnetEfTests
{
    private TemporaryDatabase _database = null!;

    [ClassInitialize]
    public static async Task RestoreAsync(TestContext context)
    {
        var (exitCode, written) = await ChildProcess.DotnetAsync(Repository.Root, "tool", "restore");
        if (exitCode != 0)
            Assert.Inconclusive($"The tool 'dotnet-ef' cannot be restored: {written}");
    }

    [TestInitialize]
    public async Task CreateAsync() => _database = await TemporaryDatabase.CreateAsync(TestRun.Server);

    [TestCleanup]
    public async Task DropAsync() => await _database.DisposeAsync();

    [TestMethod]
    public async Task Migrations_are_listed_applied_and_up_to_date()
    {
        StringAssert.Contains(await EfAsync("migrations", "list", "--connection", _database.ConnectionString), "_Club (Pending)");
        await EfAsync("migrations", "has-pending-model-changes");

        await EfAsync("database", "update", "--connection", _database.ConnectionString);

        var listed = await EfAsync("migrations", "list", "--connection", _database.ConnectionString);
        StringAssert.Contains(listed, "_Club");
        Assert.DoesNotContain("Pending", listed);
        await using var source = NpgsqlDataSource.Create(_database.ConnectionString);
        await using var command = source.CreateCommand("SELECT count(*) FROM \"Courses\"");
        Assert.AreEqual(3L, await command.ExecuteScalarAsync());
    }

    [TestMethod]
    public async Task Context_is_that_of_the_connect()
        => StringAssert.Contains(await EfAsync("dbcontext", "info"), "Provider name: Npgsql.EntityFrameworkCore.PostgreSQL");

    private static async Task<string> EfAsync(params string[] arguments)
    {
        var (exitCode, written) = await ChildProcess.DotnetAsync(
            Repository.Root,
            ["ef", .. arguments, "--project", "sample-identity", "--no-build", "--configuration", Repository.Configuration]);
        Assert.AreEqual(0, exitCode, written);
        return written;
    }
}
