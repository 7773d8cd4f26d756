using Npgsql;

namespace TxAspects.Testing.Tests;

[TestClass]
public sealed class TemporaryDatabaseTests
{
    private static TemporaryPostgres s_server = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => s_server = await TemporaryPostgres.StartAsync(TestRun.Data.Options);

    [ClassCleanup]
    public static async Task StopAsync() => await s_server.DisposeAsync();

    [TestMethod]
    public async Task Database_exists_until_it_is_disposed()
    {
        var database = await TemporaryDatabase.CreateAsync(s_server);
        Assert.AreEqual(database.Name, await Sql.ScalarAsync<string>(database.ConnectionString, "SELECT current_database()::text"));

        await database.DisposeAsync();
        await database.DisposeAsync();

        Assert.IsFalse(await ExistsAsync(database.Name));
    }

    [TestMethod]
    public async Task Database_in_use_is_dropped_all_the_same()
    {
        var database = await TemporaryDatabase.CreateAsync(s_server);
        await using var user = new NpgsqlConnection(database.ConnectionString);
        await user.OpenAsync();

        await database.DisposeAsync();

        Assert.IsFalse(await ExistsAsync(database.Name));
    }

    [TestMethod]
    public async Task Database_with_a_template_has_what_the_template_has()
    {
        await using var template = await TemporaryDatabase.CreateAsync(s_server);
        await Sql.ScalarAsync<int>(
            template.ConnectionString + ";Pooling=false", "CREATE TABLE tea (id int); INSERT INTO tea VALUES (7); SELECT 1");

        await using var copy = await TemporaryDatabase.CreateAsync(s_server, template.Name);

        Assert.AreEqual(7, await Sql.ScalarAsync<int>(copy.ConnectionString, "SELECT id FROM tea"));
    }

    [TestMethod]
    public async Task Many_databases_can_be_created_at_once()
    {
        var databases = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => TemporaryDatabase.CreateAsync(s_server)));

        Assert.HasCount(8, databases.Select(database => database.Name).Distinct());
        foreach (var database in databases)
            Assert.IsTrue(await ExistsAsync(database.Name));
        await Task.WhenAll(databases.Select(database => database.DisposeAsync().AsTask()));
        foreach (var database in databases)
            Assert.IsFalse(await ExistsAsync(database.Name));
    }

    [TestMethod]
    public async Task Database_of_a_stopped_server_is_disposed_without_an_error()
    {
        var server = await TemporaryPostgres.StartAsync(TestRun.Data.Options);
        var database = await TemporaryDatabase.CreateAsync(server);
        await server.DisposeAsync();

        await database.DisposeAsync();

        await Assert.ThrowsAsync<NpgsqlException>(() => Sql.ScalarAsync<int>(database.ConnectionString, "SELECT 1"));
    }

    [TestMethod]
    public async Task Names_are_taken_literally()
    {
        const string Name = "odd \"name\"; DROP DATABASE postgres";
        await s_server.CreateDatabaseAsync(Name);
        Assert.AreEqual(Name, await Sql.ScalarAsync<string>(s_server.ConnectionStringFor(Name), "SELECT current_database()::text"));

        await s_server.DropDatabaseAsync(Name);
        await s_server.DropDatabaseAsync(Name);

        Assert.IsFalse(await ExistsAsync(Name));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow(" ")]
    [DataRow("a_name_that_has_more_than_the_sixty_three_bytes_that_the_server_keeps")]
    public async Task Name_the_server_would_change_is_refused(string name)
        => await Assert.ThrowsExactlyAsync<ArgumentException>(() => s_server.CreateDatabaseAsync(name));

    private static async Task<bool> ExistsAsync(string name)
    {
        await using var source = NpgsqlDataSource.Create(s_server.ConnectionString);
        await using var command = source.CreateCommand("SELECT EXISTS (SELECT FROM pg_database WHERE datname = @name)");
        command.Parameters.AddWithValue("name", name);
        return (bool)(await command.ExecuteScalarAsync())!;
    }
}
