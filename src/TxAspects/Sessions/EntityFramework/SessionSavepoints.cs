using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace TxAspects.Sessions.EntityFramework;

/// <summary>
/// The savepoints that EF Core or user code asks of a session's transaction: a save's own, or the user's. Interceptors are told as EF Core
/// tells them.
/// </summary>
internal sealed class SessionSavepoints(
    Session session, SessionTransaction transaction, IRelationalConnection connection,
    IDiagnosticsLogger<DbLoggerCategory.Database.Transaction> logger)
{
    public async ValueTask CreateAsync(string name, bool async, CancellationToken cancellationToken)
    {
        ThrowIfOver();
        var start = DateTimeOffset.UtcNow;
        var (id, database) = (transaction.TransactionId, transaction.Database);
        try
        {
            var result = async
                ? await logger.CreatingTransactionSavepointAsync(connection, database, id, start, cancellationToken).ConfigureAwait(false)
                : logger.CreatingTransactionSavepoint(connection, database, id, start);
            if (!result.IsSuppressed)
            {
                await (session.Saves.IsSending
                    ? session.Saves.BeforeSaveAsync(async, cancellationToken)
                    : session.Places.AddOfUserAsync(name, async, cancellationToken)).ConfigureAwait(false);
            }

            if (async)
                await logger.CreatedTransactionSavepointAsync(connection, database, id, start, cancellationToken).ConfigureAwait(false);
            else
                logger.CreatedTransactionSavepoint(connection, database, id, start);
        }
        catch (Exception exception)
        {
            await transaction.TellFailureAsync("CreateSavepoint", exception, start, async).ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask RollbackToAsync(string name, bool async)
    {
        ThrowIfOver();
        var start = DateTimeOffset.UtcNow;
        var (id, database) = (transaction.TransactionId, transaction.Database);
        try
        {
            var result = async
                ? await logger.RollingBackToTransactionSavepointAsync(connection, database, id, start).ConfigureAwait(false)
                : logger.RollingBackToTransactionSavepoint(connection, database, id, start);
            if (!result.IsSuppressed)
            {
                await (session.Saves.IsSending
                    ? session.Saves.UndoSaveAsync(async)
                    : session.Places.UndoToUsersAsync(name, async)).ConfigureAwait(false);
            }

            if (async)
                await logger.RolledBackToTransactionSavepointAsync(connection, database, id, start).ConfigureAwait(false);
            else
                logger.RolledBackToTransactionSavepoint(connection, database, id, start);
        }
        catch (Exception exception)
        {
            await transaction.TellFailureAsync("RollbackToSavepoint", exception, start, async).ConfigureAwait(false);
            throw;
        }
    }

    // Nothing is sent: see Saves.
    public async ValueTask ReleaseAsync(string name, bool async)
    {
        ThrowIfOver();
        var start = DateTimeOffset.UtcNow;
        var (id, database) = (transaction.TransactionId, transaction.Database);
        var result = async
            ? await logger.ReleasingTransactionSavepointAsync(connection, database, id, start).ConfigureAwait(false)
            : logger.ReleasingTransactionSavepoint(connection, database, id, start);
        if (!result.IsSuppressed && !session.Saves.IsSending)
            session.Places.RemoveUsers(name);

        if (async)
            await logger.ReleasedTransactionSavepointAsync(connection, database, id, start).ConfigureAwait(false);
        else
            logger.ReleasedTransactionSavepoint(connection, database, id, start);
    }

    // A save of EF Core's may have begun with a transaction that went with its connection, and goes on in the next one.
    private void ThrowIfOver()
    {
        if (!session.Saves.IsSending)
            transaction.ThrowIfOver();
    }
}
