using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using TxAspects.Drivers;
using TxAspects.Sessions.EntityFramework;
using TxAspects.Sessions.EntityFramework.Interceptors;

namespace TxAspects.Sessions.Reading;

/// <summary>Queries of a read-only unit, each in a transaction of its own that is sent with it, in one round trip.</summary>
/// <remarks>
/// At READ COMMITTED every statement sees what was committed before it, so a transaction around several queries gives them nothing but the
/// same connection, and that is kept here. Whatever needs more begins a real transaction: other commands, a raised isolation level, nested
/// calls, values per transaction. A query that fails leaves the connection in its failed transaction, which refuses all that comes, as the
/// unit's own would.
/// </remarks>
internal sealed class LoneQueries(Session session, SessionSlot slot)
{
    private DbCommand? _running;
    private bool _isFailed;

    /// <summary>Whether the connection is kept for the next one.</summary>
    public bool HoldsConnection { get; private set; }

    /// <summary>Whether the connection was lost while one ran.</summary>
    public bool HasLost { get; private set; }

    private ReadOnlyTransaction? Around
        => session.Engine is { Redirection: null, Variables: null, Driver: var driver } ? driver.LoneQuery : null;

    /// <summary>Whether a command needs no transaction of the unit's.</summary>
    public bool Takes(DbCommand command, CommandEventData eventData)
    {
        if (_isFailed)
            return true;
        if (!session.Owner.ReadOnly || Around is not { } around || !IsQuery(command, eventData) || !IsPlain())
            return false;

        _running = command;
        command.CommandText = $"{around.Begin};\n{command.CommandText};\n{around.End}";
        return true;
    }

    /// <summary>Keeps the connection, which EF Core has opened for the command, until something ends the session's work.</summary>
    public ValueTask HoldAsync(bool async, CancellationToken cancellationToken)
    {
        HasLost = false;
        if (HoldsConnection)
            return default;

        HoldsConnection = true;
        if (async)
            return new(slot.Connection.OpenAsync(cancellationToken));

        slot.Connection.Open();
        return default;
    }

    /// <summary>A command has answered. True where it was one of these, which is kept by itself.</summary>
    public bool Answered(DbCommand command) => command == _running;

    /// <summary>A command has failed. True where it was one of these.</summary>
    public bool Failed(DbCommand command)
    {
        if (command != _running)
            return false;

        HasLost = slot.Connection.DbConnection.State is not ConnectionState.Open;
        slot.HasLostConnection |= HasLost;
        _isFailed = !HasLost;
        return true;
    }

    /// <summary>
    /// Gives the connection back, before the unit's own transaction begins or where its work ends. One in a failed transaction is rolled
    /// back by its pool.
    /// </summary>
    public async ValueTask ReleaseAsync(bool async)
    {
        _running = null;
        _isFailed = false;
        if (!HoldsConnection)
            return;

        HoldsConnection = false;
        if (async)
            await slot.Connection.CloseAsync().ConfigureAwait(false);
        else
            slot.Connection.Close();
    }

    private static bool IsQuery(DbCommand command, CommandEventData eventData)
    {
        if (eventData is not { CommandSource: CommandSource.LinqQuery, ExecuteMethod: DbCommandMethod.ExecuteReader } ||
            command.CommandType is not CommandType.Text || RawSqlInterceptor.IsRaw(command))
            return false;

        // Positional ones belong to a single statement.
        foreach (DbParameter parameter in command.Parameters)
        {
            if (parameter.ParameterName.Length == 0)
                return false;
        }

        return true;
    }

    // The context of somebody else's outlives the unit, and nobody would close its connection.
    private bool IsPlain()
        => session.Owner.IsolationLevel is IsolationLevel.Unspecified or IsolationLevel.ReadCommitted && !session.EndsWhenDisposed &&
           !slot.Interceptors.HasForeignOfCommands && session.Gate is { IsOpen: false, Start.Started: null, Commands.Failure: null } &&
           session.PlacesOrNull is null && session.Owner.OpenMarks.Count == 0;
}
