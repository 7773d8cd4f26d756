namespace TxAspects.Neighbours.Tests.Cap;

public interface IOrderService
{
    [UnitOfWork]
    Task<int> PlaceAsync(string item, bool fails = false);
}
