using System.Data;
using System.Transactions;
using Hangfire;
using Hangfire.PostgreSql;
using Hangfire.Storage;

namespace TxAspects.Neighbours.Tests.Jobs;

/// <summary>A job that is enqueued in a unit enters its queue with the unit's commit.</summary>
public sealed class UnitJobQueue(PostgreSqlStorage storage, DbConnect connect) : IPersistentJobQueue
{
    private readonly PostgreSqlJobQueue _queue = new(storage);

    public IFetchedJob Dequeue(string[] queues, CancellationToken cancellationToken) => _queue.Dequeue(queues, cancellationToken);

    public void Enqueue(IDbConnection connection, string queue, string jobId)
    {
        if (!Tx.IsOpen)
        {
            _queue.Enqueue(connection, queue, jobId);
            return;
        }

        // Hangfire has a TransactionScope open here, which is not the unit's.
        using var outside = new TransactionScope(TransactionScopeOption.Suppress);
        _queue.Enqueue(Tx.Connection(connect), queue, jobId);
        Tx.OnCommitted(_queue.FetchNextJob);
        Tx.OnRolledBack(() => new BackgroundJobClient(storage).Delete(jobId));
    }
}
