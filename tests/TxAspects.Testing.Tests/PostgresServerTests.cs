namespace TxAspects.Testing.Tests;

[TestClass]
[DoNotParallelize] // It changes the environment.
public sealed class PostgresServerTests
{
    private string? _before;

    [TestInitialize]
    public void Remember() => _before = Environment.GetEnvironmentVariable(PostgresServer.ConnectionVariable);

    [TestCleanup]
    public void Restore() => Environment.SetEnvironmentVariable(PostgresServer.ConnectionVariable, _before);

    [TestMethod]
    public async Task Named_server_is_used_and_left_running()
    {
        await using var existing = await TemporaryPostgres.StartAsync(TestRun.Data.Options);
        Environment.SetEnvironmentVariable(PostgresServer.ConnectionVariable, existing.ConnectionString);

        await using (var server = await PostgresServer.FindOrStartAsync())
        {
            Assert.IsNotInstanceOfType<TemporaryPostgres>(server);
            Assert.AreEqual(existing.ConnectionString, server.ConnectionString);
            await using var database = await TemporaryDatabase.CreateAsync(server);
            Assert.AreEqual(database.Name, await Sql.ScalarAsync<string>(database.ConnectionString, "SELECT current_database()::text"));
        }

        Assert.AreEqual(1, await Sql.ScalarAsync<int>(existing.ConnectionString, "SELECT 1"));
    }

    [TestMethod]
    public async Task Server_that_is_given_by_its_connection_string_is_used_and_left_running()
    {
        await using var existing = await TemporaryPostgres.StartAsync(TestRun.Data.Options);

        await using (var server = PostgresServer.At(existing.ConnectionString))
        await using (var database = await TemporaryDatabase.CreateAsync(server))
            Assert.AreEqual(database.Name, await Sql.ScalarAsync<string>(database.ConnectionString, "SELECT current_database()::text"));

        Assert.AreEqual(1, await Sql.ScalarAsync<int>(existing.ConnectionString, "SELECT 1"));
    }

    [TestMethod]
    public void Broken_connection_string_is_refused_and_not_repeated()
    {
        var refused = Assert.ThrowsExactly<ArgumentException>(() => PostgresServer.At("Host=localhost;Secret=hush"));

        Assert.DoesNotContain("hush", refused.ToString());
    }

    [TestMethod]
    public async Task Without_a_named_server_one_is_started()
    {
        Environment.SetEnvironmentVariable(PostgresServer.ConnectionVariable, null);
        var server = await PostgresServer.FindOrStartAsync();
        Assert.IsInstanceOfType<TemporaryPostgres>(server);
        var trace = await ServerTrace.OfAsync(server.ConnectionString);

        await server.DisposeAsync();

        await trace.AssertGoneAsync();
    }
}
