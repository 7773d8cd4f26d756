namespace TxAspects.Neighbours.Tests.Cap;

public interface IShipping
{
    [UnitOfWork]
    Task ShipAsync(int order);
}
