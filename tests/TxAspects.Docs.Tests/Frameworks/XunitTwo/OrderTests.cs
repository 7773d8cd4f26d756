using Microsoft.EntityFrameworkCore;
using TxAspects.Docs.Tests.Reference;
using TxAspects.Testing;
using Xunit;
using Assert = Xunit.Assert;

namespace TxAspects.Docs.Tests.Frameworks.XunitTwo;

public sealed class ShopFixture : IAsyncLifetime
{
    private PostgresServer? _server;
    private TestDatabase? _database;

    public TestTemplate Template { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _server = await PostgresServer.FindOrStartAsync();
        Template = await TestTemplate.CreateAsync(_server, Shop.MigrateAsync);
        _database = await Template.CreateDatabaseAsync();
        _database.Redirect(Shop.Master);
    }

    public async Task DisposeAsync()
    {
        await _database!.DisposeAsync();
        await Template.DisposeAsync();
        await _server!.DisposeAsync();
    }
}

[CollectionDefinition("shop")]                  // the classes of a collection run one after the other
public sealed class ShopCollection : ICollectionFixture<ShopFixture>;

[Collection("shop")]
public sealed class OrderTests : IAsyncLifetime
{
    private TransactionalTest _test = null!;

    public async Task InitializeAsync() => _test = await TransactionalTest.BeginAsync(Shop.Master);

    public async Task DisposeAsync() => await _test.DisposeAsync();

    [Fact]
    public async Task Order_is_placed()
    {
        await Tx.RunAsync(() => new Orders(Shop.Master).PlaceAsync(new Order { Item = "tea" }));

        Assert.Equal("tea", (await _test.Session(Shop.Master).Orders.SingleAsync()).Item);
    }
}
