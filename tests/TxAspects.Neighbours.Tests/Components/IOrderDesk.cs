namespace TxAspects.Neighbours.Tests.Components;

public interface IOrderDesk
{
    [UnitOfWork]
    Task<int> OrderAsync(string item);
}
