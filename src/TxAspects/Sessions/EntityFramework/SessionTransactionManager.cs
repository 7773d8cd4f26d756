using System.Data.Common;
using System.Transactions;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using TxAspects.Sessions.Transactions;
using IsolationLevel = System.Data.IsolationLevel;

namespace TxAspects.Sessions.EntityFramework;

/// <summary>
/// What <c>db.Database</c> begins and ends transactions with. EF Core's own opens the connection before it asks anybody, so what is refused
/// is refused here.
/// </summary>
internal sealed class SessionTransactionManager(IRelationalConnection connection, SessionSlot slot)
    : IRelationalTransactionManager, ITransactionEnlistmentManager
{
    public IDbContextTransaction? CurrentTransaction => connection.CurrentTransaction;

    public Transaction? EnlistedTransaction => (connection as ITransactionEnlistmentManager)?.EnlistedTransaction;

    public Transaction? CurrentAmbientTransaction => (connection as ITransactionEnlistmentManager)?.CurrentAmbientTransaction;

    public IDbContextTransaction BeginTransaction() => BeginTransaction(IsolationLevel.Unspecified);

    public IDbContextTransaction BeginTransaction(IsolationLevel isolationLevel)
        => BeginAsync(isolationLevel, async: false, default).Completed();

    public Task<IDbContextTransaction> BeginTransactionAsync(CancellationToken cancellationToken = default)
        => BeginTransactionAsync(IsolationLevel.Unspecified, cancellationToken);

    public Task<IDbContextTransaction> BeginTransactionAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken = default)
        => BeginAsync(isolationLevel, async: true, cancellationToken).AsTask();

    public IDbContextTransaction? UseTransaction(DbTransaction? transaction) => UseTransaction(transaction, Guid.NewGuid());

    public IDbContextTransaction? UseTransaction(DbTransaction? transaction, Guid transactionId)
    {
        CheckUse(transaction);
        return connection.UseTransaction(transaction, transactionId);
    }

    public Task<IDbContextTransaction?> UseTransactionAsync(DbTransaction? transaction, CancellationToken cancellationToken = default)
        => UseTransactionAsync(transaction, Guid.NewGuid(), cancellationToken);

    public Task<IDbContextTransaction?> UseTransactionAsync(
        DbTransaction? transaction, Guid transactionId, CancellationToken cancellationToken = default)
    {
        CheckUse(transaction);
        return connection.UseTransactionAsync(transaction, transactionId, cancellationToken);
    }

    public void CommitTransaction() => connection.CommitTransaction();

    public Task CommitTransactionAsync(CancellationToken cancellationToken = default)
        => connection.CommitTransactionAsync(cancellationToken);

    public void RollbackTransaction() => connection.RollbackTransaction();

    public Task RollbackTransactionAsync(CancellationToken cancellationToken = default)
        => connection.RollbackTransactionAsync(cancellationToken);

    public void EnlistTransaction(Transaction? transaction)
    {
        if (slot.Session is { } session)
            throw SessionException.ForeignTransaction(session.Owner.Name, session.ConnectName);

        (connection as ITransactionEnlistmentManager)?.EnlistTransaction(transaction);
    }

    void IResettableService.ResetState()
    {
        // The connection is reset as a service of its own.
    }

    Task IResettableService.ResetStateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async ValueTask<IDbContextTransaction> BeginAsync(
        IsolationLevel isolationLevel, bool async, CancellationToken cancellationToken)
    {
        if (slot.Session is not { } session)
        {
            return async
                ? await connection.BeginTransactionAsync(isolationLevel, cancellationToken).ConfigureAwait(false)
                : connection.BeginTransaction(isolationLevel);
        }

        session.CheckUse();
        if (session.Gate.IsOpen)
            throw SessionException.TransactionOpen(session.Owner.Name, session.ConnectName);
        var ofUnit = session.Owner.IsolationLevel;
        if (isolationLevel is not IsolationLevel.Unspecified && ofUnit is not IsolationLevel.Unspecified && ofUnit != isolationLevel)
            throw SessionException.OtherIsolation(session.Owner.Name, session.ConnectName, isolationLevel.ToString(), ofUnit.ToString());

        TransactionLimits.Check(session, isolationLevel);
        session.Enter();
        try
        {
            await session.Gate.BeginAsync(isolationLevel, async, cancellationToken).ConfigureAwait(false);
            session.Gate.Commands.IsHeld = true;
            return session.Gate.Current!;
        }
        finally
        {
            session.Admission.Leave();
        }
    }

    private void CheckUse(DbTransaction? transaction)
    {
        if (slot.Session is not { } session || ReferenceEquals(transaction, session.Gate.DbTransaction))
            return;

        throw SessionException.ForeignTransaction(session.Owner.Name, session.ConnectName);
    }
}
