namespace TxAspects.Neighbours.Tests.Wolverines;

public interface IPacking
{
    [UnitOfWork]
    Task PackAsync(string item);
}
