using Hangfire;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;

namespace TxAspects.Neighbours.Tests.Jobs;

public static class JobStorages
{
    /// <summary>Hangfire's storage in the database of a connect, with queues that take part in units.</summary>
    public static JobStorage Create(string connectionString, DbConnect connect, params string[] queues)
    {
        var options = new PostgreSqlStorageOptions();
        var storage = new PostgreSqlStorage(new NpgsqlConnectionFactory(connectionString, options), options);
        storage.QueueProviders.Add(new UnitJobQueueProvider(storage, options, connect), queues);
        return storage;
    }
}
