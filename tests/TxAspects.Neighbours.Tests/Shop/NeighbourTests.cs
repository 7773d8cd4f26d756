using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TxAspects.Testing;

namespace TxAspects.Neighbours.Tests;

/// <summary>Tests with a database and a container each. After every test nothing is left open.</summary>
public abstract class NeighbourTests
{
    private TestDatabase? _database;
    private ServiceProvider? _provider;

    protected TestDatabase Database => _database!;

    /// <summary>The container of the test, once it was started.</summary>
    protected ServiceProvider Provider => _provider!;

    /// <summary>The connect that the container made.</summary>
    protected DbConnect<ShopContext> Shop => Provider.GetRequiredService<DbConnect<ShopContext>>();

    [TestInitialize]
    public async Task CreateDatabaseAsync() => _database = await TestRun.Template.CreateDatabaseAsync();

    [TestCleanup]
    public async Task CheckAndDropAsync()
    {
        if (_provider is not null)
            await _provider.DisposeAsync();
        Assert.IsFalse(Tx.IsOpen);
        await VerifyAsync();
        await Database.DisposeAsync();
    }

    /// <summary>Builds the container, which proxies what has units.</summary>
    protected void Start(
        Action<IServiceCollection> configure,
        Action<TxAspectsOptions>? options = null,
        Func<ConnectRequest, DbConnect<ShopContext>>? connect = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddTxConnect("shop", connect ?? PostgresConnect.Create<ShopContext>, Database.ConnectionString);
        configure(services);
        services.AddTxAspects(options);
        _provider = services.BuildServiceProvider();
    }

    /// <summary>The items of all orders that are committed, in the order of their ids.</summary>
    protected Task<string> ItemsAsync() => ScalarAsync<string>("SELECT coalesce(string_agg(item, ', ' ORDER BY id), '') FROM orders");

    /// <summary>Asks on a connection that knows of no unit.</summary>
    protected async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(Database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    // What a neighbour does in the background may be ending still. What is open for good is found all the same.
    private async Task VerifyAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await Database.VerifyAsync();
                return;
            }
            catch (TestVerificationException) when (attempt < 500)
            {
                await Task.Delay(20);
            }
        }
    }
}
