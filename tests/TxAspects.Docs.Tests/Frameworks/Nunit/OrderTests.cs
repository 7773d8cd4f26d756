using Microsoft.EntityFrameworkCore;
using NUnit.Framework;
using TxAspects.Docs.Tests.Reference;
using TxAspects.Testing;
using Assert = NUnit.Framework.Assert;

namespace TxAspects.Docs.Tests.Frameworks.Nunit;

[SetUpFixture]
public sealed class ShopSetUp
{
    private PostgresServer? _server;

    public static TestTemplate Template { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _server = await PostgresServer.FindOrStartAsync();
        Template = await TestTemplate.CreateAsync(_server, Shop.MigrateAsync);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await Template.DisposeAsync();
        await _server!.DisposeAsync();
    }
}

[TestFixture, NonParallelizable]
public sealed class OrderTests
{
    private TestDatabase _database = null!;
    private TransactionalTest _test = null!;

    [OneTimeSetUp]
    public async Task CreateAsync()
    {
        _database = await ShopSetUp.Template.CreateDatabaseAsync();
        _database.Redirect(Shop.Master);
    }

    [OneTimeTearDown]
    public async Task DropAsync() => await _database.DisposeAsync();

    [SetUp]
    public async Task BeginAsync() => _test = await TransactionalTest.BeginAsync(Shop.Master);

    [TearDown]
    public async Task EndAsync() => await _test.DisposeAsync();

    [Test]
    public async Task Order_is_placed()
    {
        await Tx.RunAsync(() => new Orders(Shop.Master).PlaceAsync(new Order { Item = "tea" }));

        Assert.That((await _test.Session(Shop.Master).Orders.SingleAsync()).Item, Is.EqualTo("tea"));
    }
}

[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class CommittingOrderTests
{
    [Test]
    public async Task Order_is_placed()
    {
        await using var database = await ShopSetUp.Template.CreateDatabaseAsync();
        using var redirection = database.RedirectHere(Shop.Master);

        await Tx.RunAsync(() => new Orders(Shop.Master).PlaceAsync(new Order { Item = "tea" }));

        Assert.That(await Tx.RunAsync(CountAsync), Is.EqualTo(1));
        await database.VerifyAsync();

        static async Task<int> CountAsync() => await (await Tx.SessionAsync(Shop.Master)).Orders.CountAsync();
    }
}
