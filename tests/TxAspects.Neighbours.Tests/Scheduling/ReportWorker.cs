using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TxAspects.Neighbours.Tests.Scheduling;

/// <summary>A worker of the host. Each round is a unit; a round that fails is logged, and the next one begins anew.</summary>
public sealed class ReportWorker(IReports reports, ILogger<ReportWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        do
        {
            try
            {
                await reports.WriteAsync("stock", stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                logger.LogError(failure, "The report was not written.");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
