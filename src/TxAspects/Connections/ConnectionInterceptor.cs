using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Connections;

/// <summary>
/// Refuses a session's connection to whoever opens it past EF Core: Dapper on <c>db.Database.GetDbConnection()</c> would commit every command by itself.
/// Tells the session when its connection is lost.
/// </summary>
internal sealed class ConnectionInterceptor : DbConnectionInterceptor
{
    public static readonly ConnectionInterceptor Instance = new();

    public override DbConnection ConnectionCreated(ConnectionCreatedEventData eventData, DbConnection result)
    {
        // A connection belongs to one context for its life, and a pooled context keeps it from lease to lease.
        if (eventData.Context is { } context && SessionSlot.Of(context) is { } slot)
            result.StateChange += (_, change) => Check(change, slot);

        return result;
    }

    public override InterceptionResult ConnectionOpening(DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
    {
        SetOpening(eventData, true);
        return result;
    }

    public override ValueTask<InterceptionResult> ConnectionOpeningAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        => new(ConnectionOpening(connection, eventData, result));

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => SetOpening(eventData, false);

    public override Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        SetOpening(eventData, false);
        return Task.CompletedTask;
    }

    public override void ConnectionFailed(DbConnection connection, ConnectionErrorEventData eventData)
    {
        SetOpening(eventData, false);
        if (eventData.Context is { } context && SessionSlot.Of(context)?.Session is { } session)
            session.OpeningFailed(eventData.Exception);
    }

    public override Task ConnectionFailedAsync(
        DbConnection connection, ConnectionErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        ConnectionFailed(connection, eventData);
        return Task.CompletedTask;
    }

    private static void SetOpening(ConnectionEventData eventData, bool opening)
    {
        if (eventData.Context is { } context && SessionSlot.Of(context) is { } slot)
            slot.IsOpening = opening;
    }

    private static void Check(StateChangeEventArgs change, SessionSlot slot)
    {
        if (slot.Session is not { } session)
            return;

        if (change.CurrentState is not ConnectionState.Open)
            session.ConnectionClosed();
        else if (!slot.IsOpening)
            throw SessionException.OpenedByHand(session.Owner.Name, session.Connect.Name);  // The opening fails with it, and Npgsql gives the connection back.
    }
}
