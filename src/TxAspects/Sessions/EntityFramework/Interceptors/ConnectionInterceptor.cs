using System.Data;
using System.Data.Common;
using System.Transactions;
using Microsoft.EntityFrameworkCore.Diagnostics;
using TxAspects.Drivers;
using TxAspects.Sessions.Transactions;
using IsolationLevel = System.Data.IsolationLevel;

namespace TxAspects.Sessions.EntityFramework.Interceptors;

/// <summary>
/// Refuses a session's connection to whoever opens it past EF Core: Dapper on <c>db.Database.GetDbConnection()</c> would commit every
/// command by itself. Tells the session how the opening of its connection ends, and when the connection is lost.
/// </summary>
internal sealed class ConnectionInterceptor : DbConnectionInterceptor
{
    public static readonly ConnectionInterceptor Instance = new();

    public override DbConnection ConnectionCreated(ConnectionCreatedEventData eventData, DbConnection result)
    {
        // A connection belongs to one context for its life, and a pooled context keeps it from lease to lease.
        if (eventData.Context is { } context && SessionSlot.Of(context) is { } slot)
            Observe(result, slot);

        return result;
    }

    public override InterceptionResult ConnectionOpening(DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
        => OpeningAsync(eventData, result, async: false, CancellationToken.None).Completed();

    public override ValueTask<InterceptionResult> ConnectionOpeningAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        => OpeningAsync(eventData, result, async: true, cancellationToken);

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        => OpenedAsync(connection, eventData, async: false, default).Completed();

    public override Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        => OpenedAsync(connection, eventData, async: true, cancellationToken).AsTask();

    public override void ConnectionFailed(DbConnection connection, ConnectionErrorEventData eventData)
    {
        if (Ended(eventData, out _)?.Session is { } session)
            session.Opening.Failed(eventData.Exception);
    }

    public override Task ConnectionFailedAsync(
        DbConnection connection, ConnectionErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        ConnectionFailed(connection, eventData);
        return Task.CompletedTask;
    }

    public override void ConnectionCanceled(DbConnection connection, ConnectionEndEventData eventData)
        => Ended(eventData, out _)?.Session?.Opening.Cancelled();

    public override Task ConnectionCanceledAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ConnectionCanceled(connection, eventData);
        return Task.CompletedTask;
    }

    private static async ValueTask OpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, bool async, CancellationToken cancellationToken)
    {
        try
        {
            if (SessionSlot.SessionOf(eventData.Context) is { } session)
            {
                await session.Opening.OpenedAsync(connection, async, cancellationToken).ConfigureAwait(false);

                // Before anybody is told that it is open: whoever waits for that to give the context back does so at once.
                session.CheckAdmission();
            }

            if (Ended(eventData, out var wasByHand)?.Session is { } opened)
            {
                opened.Opening.Succeeded(connection);

                // Whoever opens it outside any command of EF Core's will send commands over it that nobody here sees.
                if (wasByHand && opened.Owner.IsUnit)
                    await opened.Gate.Commands.HandOutAsync(async, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            // The unit has ended meanwhile, or the server is gone. EF Core takes the connection for one that did not open, and would never
            // close it.
            if (async)
                await connection.CloseAsync().ConfigureAwait(false);
            else
                connection.Close();
            throw;
        }
    }

    private static ValueTask<InterceptionResult> OpeningAsync(
        ConnectionEventData eventData, InterceptionResult result, bool async, CancellationToken cancellationToken)
    {
        if (eventData.Context is not { } context || SessionSlot.Of(context) is not { } slot)
            return new(result);

        if (slot.Session is not { } session)
        {
            slot.IsOpening = true;
            return new(result);
        }

        // EF Core would enlist the connection in a System.Transactions scope, and then refuse to begin a transaction on it.
        if (Transaction.Current is not null)
            throw SessionException.InScope(session.Owner.Name, session.ConnectName);

        TransactionLimits.Check(session, IsolationLevel.Unspecified);
        var begun = session.Opening.BeginAsync(slot, async, cancellationToken);
        return session.Engine.Cluster is { } cluster
            ? OpenThereAsync(begun, session, slot, cluster, async, cancellationToken)
            : begun.Then(result);
    }

    private static async ValueTask<InterceptionResult> OpenThereAsync(
        ValueTask begun, Session session, SessionSlot slot, DbCluster cluster, bool async, CancellationToken cancellationToken)
    {
        await begun.ConfigureAwait(false);
        Observe(await ServerChoice.OpenAsync(session, cluster, async, cancellationToken).ConfigureAwait(false), slot);
        return InterceptionResult.Suppress();
    }

    private static void Observe(DbConnection connection, SessionSlot slot)
        => connection.StateChange += (_, change) => Check(connection, change, slot);

    private static SessionSlot? Ended(ConnectionEventData eventData, out bool wasByHand)
    {
        wasByHand = false;
        if (eventData.Context is not { } context || SessionSlot.IsDisposed(context) || SessionSlot.Of(context) is not { } slot)
            return null;

        slot.IsOpening = false;
        wasByHand = slot.Admission.OpenedByHand();
        return slot;
    }

    private static void Check(DbConnection connection, StateChangeEventArgs change, SessionSlot slot)
    {
        if (slot.Session is not { } session)
        {
            if (change.CurrentState is ConnectionState.Open && slot is { WasGivenUp: true, IsOpening: false })
                throw SessionException.OpenedAfterEnd();
            return;
        }

        if (change.CurrentState is not ConnectionState.Open)
        {
            if (!session.Opening.IsReplacing)
                session.ConnectionClosed();
        }
        else if (!slot.IsOpening)
        {
            if (!session.Engine.Driver.ClosesRefusedConnection)
                connection.Close();
            throw SessionException.OpenedByHand(session.Owner.Name, session.ConnectName);    // The opening fails with it.
        }
    }
}
