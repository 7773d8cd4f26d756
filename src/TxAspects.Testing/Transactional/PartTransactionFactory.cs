using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace TxAspects.Testing.Transactional;

/// <summary>Makes EF Core's transactions in a transactional test.</summary>
internal sealed class PartTransactionFactory(RelationalTransactionFactoryDependencies dependencies) : RelationalTransactionFactory(dependencies)
{
    public override RelationalTransaction Create(
        IRelationalConnection connection, DbTransaction transaction, Guid transactionId,
        IDiagnosticsLogger<DbLoggerCategory.Database.Transaction> logger, bool transactionOwned)
        => SharedConnection.Of(connection.Context) is { } shared
            ? new PartTransaction(connection, transaction, transactionId, logger, Dependencies.SqlGenerationHelper, shared)
            : base.Create(connection, transaction, transactionId, logger, transactionOwned);
}
