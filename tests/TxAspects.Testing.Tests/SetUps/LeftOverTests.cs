using Npgsql;

namespace TxAspects.Testing.Tests.SetUps;

/// <summary>What a run that crashed left is dropped at the next start, and nothing else.</summary>
[TestClass]
public sealed class LeftOverTests
{
    private const string Dead = "txaspects_test_00000000deadbeef_1";
    private const string DeadInUse = "txaspects_test_00000000deadbee0_1";
    private static readonly string[] NotOurs = [
        "txaspects_test_mine", "txaspects_test_00000000deadbeef_x", "my_txaspects_test_00000000deadbeef_1"];

    [TestMethod]
    public async Task Database_without_an_owner_who_lives_is_dropped_and_no_other()
    {
        await using var server = await TemporaryPostgres.StartAsync(TestRun.Data.Options);
        await using var living = await TestTemplate.CreateAsync(server, _ => Task.CompletedTask);
        await using var database = await living.CreateDatabaseAsync();
        foreach (var name in NotOurs.Append(Dead).Append(DeadInUse))
            await server.CreateDatabaseAsync(name);
        await using var user = new NpgsqlConnection(server.ConnectionStringFor(DeadInUse));
        await user.OpenAsync();

        await using var next = await TestTemplate.CreateAsync(server, _ => Task.CompletedTask);

        var left = await Sql.ScalarAsync<string[]>(server.ConnectionString, "SELECT array_agg(datname::text) FROM pg_database");
        CollectionAssert.DoesNotContain(left, Dead);
        CollectionAssert.Contains(left, DeadInUse);
        CollectionAssert.Contains(left, database.Name);
        CollectionAssert.IsSubsetOf(NotOurs, left);
    }

    [TestMethod]
    public async Task Databases_of_a_run_are_gone_with_it()
    {
        await using var server = await TemporaryPostgres.StartAsync(TestRun.Data.Options);
        await using (var template = await TestTemplate.CreateAsync(server, _ => Task.CompletedTask))
            await (await template.CreateDatabaseAsync()).DisposeAsync();

        Assert.AreEqual(0L, await Sql.ScalarAsync<long>(server.ConnectionString, "SELECT count(*) FROM pg_database WHERE datname LIKE " +
            "'txaspects%'"));
    }
}
