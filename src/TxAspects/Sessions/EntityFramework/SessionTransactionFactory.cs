using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace TxAspects.Sessions.EntityFramework;

/// <summary>Makes EF Core's transaction objects: for a session one that belongs to its gate, whoever began it.</summary>
internal sealed class SessionTransactionFactory(RelationalTransactionFactoryDependencies dependencies) : RelationalTransactionFactory(
    dependencies)
{
    public override RelationalTransaction Create(
        IRelationalConnection connection, DbTransaction transaction, Guid transactionId,
        IDiagnosticsLogger<DbLoggerCategory.Database.Transaction> logger, bool transactionOwned)
    {
        var context = connection.Context;
        if (SessionSlot.SessionOf(context) is not { } session)
        {
            var isRedirected = !SessionSlot.IsDisposed(context) &&
                SessionSlot.Of(context)?.Engine?.Redirection is { OwnsTransactions: false };
            return base.Create(connection, transaction, transactionId, logger, transactionOwned && !isRedirected);
        }

        var isOwned = transactionOwned && session.Engine.Redirection is not { OwnsTransactions: false };
        var made = new SessionTransaction(
            session, connection, transaction, transactionId, logger, isOwned, Dependencies.SqlGenerationHelper);
        made.HasBegunForSave = made.IsOfSave = !session.Gate.Start.IsAskedFor && session.Saves.IsSending;
        session.Gate.Began(made);
        return made;
    }
}
