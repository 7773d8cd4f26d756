namespace TxAspects.Packages.Tests.Shop;

public interface IOrders
{
    [UnitOfWork]
    Task PlaceAsync(string item);

    [UnitOfWork(ReadOnly = true)]
    Task<int> CountAsync();
}
