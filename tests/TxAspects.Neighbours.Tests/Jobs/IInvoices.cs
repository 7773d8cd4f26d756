using Hangfire;

namespace TxAspects.Neighbours.Tests.Jobs;

/// <summary>A service whose method is a job.</summary>
public interface IInvoices
{
    [UnitOfWork]
    [AutomaticRetry(DelaysInSeconds = [0])]
    Task WriteAsync(string item, CancellationToken cancellationToken);
}
