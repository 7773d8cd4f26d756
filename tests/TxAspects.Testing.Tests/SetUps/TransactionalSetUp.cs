using Autofac;
using TxAspects.Testing.Tests.Shop;

namespace TxAspects.Testing.Tests.SetUps;

/// <summary>A transactional test around each method, of which nothing may be left.</summary>
public abstract class TransactionalSetUp
{
    private IContainer _services = null!;

    protected DbConnect<ShopContext> Connect { get; private set; } = null!;

    protected TransactionalTest Test { get; private set; } = null!;

    protected string ConnectionString { get; private set; } = null!;

    protected IOrderService Orders => _services.Resolve<IOrderService>();

    protected IAuditService Audit => _services.Resolve<IAuditService>();

    [TestInitialize]
    public async Task BeginAsync()
    {
        ConnectionString = (await ShopServer.SharedAsync()).ConnectionString;
        Connect = ShopServer.Connect(ConnectionString);
        _services = ShopServer.Build(Connect);
        Test = await TransactionalTest.BeginAsync(Connect);
    }

    [TestCleanup]
    public async Task EndAsync()
    {
        await Test.DisposeAsync();
        Assert.AreEqual("", await ShopServer.CommittedAsync(ConnectionString));
        await _services.DisposeAsync();
        await Connect.DisposeAsync();
    }

    protected async Task InsertAsync(string item)
    {
        var db = await Tx.SessionAsync(Connect);
        db.Orders.Add(new Order { Item = item });
        await db.SaveChangesAsync();
    }

    protected void Insert(string item)
    {
        var db = Tx.Session(Connect);
        db.Orders.Add(new Order { Item = item });
        db.SaveChanges();
    }

    protected Task<string> ItemsAsync() => ShopServer.ItemsAsync(Test.Session(Connect));
}
