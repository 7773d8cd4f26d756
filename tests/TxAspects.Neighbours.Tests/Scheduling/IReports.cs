namespace TxAspects.Neighbours.Tests.Scheduling;

public interface IReports
{
    [UnitOfWork]
    Task WriteAsync(string name, CancellationToken cancellationToken);
}
