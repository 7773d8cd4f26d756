using Quartz;

namespace TxAspects.Neighbours.Tests.Scheduling;

/// <summary>A job of Quartz: it calls a service whose method is a unit.</summary>
public sealed class ReportJob(IReports reports) : IJob
{
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
        => new(reports.WriteAsync(context.JobDetail.Key.Name, cancellationToken));
}
