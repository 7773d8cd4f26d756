using Hangfire.PostgreSql;

namespace TxAspects.Neighbours.Tests.Jobs;

/// <summary>One queue for all callers, so that a commit wakes a worker of this process.</summary>
public sealed class UnitJobQueueProvider(PostgreSqlStorage storage, PostgreSqlStorageOptions options, DbConnect connect)
    : IPersistentJobQueueProvider
{
    private readonly UnitJobQueue _queue = new(storage, connect);

    public IPersistentJobQueue GetJobQueue() => _queue;

    public IPersistentJobQueueMonitoringApi GetJobQueueMonitoringApi()
        => new PostgreSqlJobQueueProvider(storage, options).GetJobQueueMonitoringApi();
}
