using TxAspects.Testing;

namespace TxAspects.Docs.Tests.Frameworks.Mstest;

public abstract class ShopTests
{
    protected TransactionalTest Test { get; private set; } = null!;

    [TestInitialize]
    public async Task BeginAsync() => Test = await TransactionalTest.BeginAsync(Shop.Master);

    [TestCleanup]
    public async Task EndAsync() => await Test.DisposeAsync();
}
