using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Testing.Transactional;

/// <summary>EF Core's view of a part. Disposed without an end it rolls back its part, and leaves the real transaction alone.</summary>
internal sealed class PartTransaction(
    IRelationalConnection connection, DbTransaction transaction, Guid transactionId,
    IDiagnosticsLogger<DbLoggerCategory.Database.Transaction> logger, ISqlGenerationHelper sql, SharedConnection shared)
    : RelationalTransaction(connection, transaction, transactionId, logger, transactionOwned: false, sql)
{
    public override void Dispose()
    {
        shared.AbandonAsync(Connection.Context, async: false).Completed();
        base.Dispose();
    }

    public override async ValueTask DisposeAsync()
    {
        await shared.AbandonAsync(Connection.Context, async: true).ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
