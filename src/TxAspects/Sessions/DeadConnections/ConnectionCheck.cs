using System.Data.Common;
using TxAspects.Drivers;

namespace TxAspects.Sessions.DeadConnections;

/// <summary>Gives a session a connection that lives, where the one that it got from the pool may be dead.</summary>
internal static class ConnectionCheck
{
    private const int MostSecondsForAnswer = 5;
    private const int MostDead = 1000;    // more than a pool has

    /// <summary>
    /// Asks the server over an open connection for an answer. Where none comes, the connection is opened again, which gives another one of
    /// the pool or a new one.
    /// </summary>
    /// <returns>What tells the connection that lives from the others; null where the driver does not know.</returns>
    /// <exception cref="UnitOfWorkTimeoutException">The unit has no time left to open another one.</exception>
    public static async ValueTask<long?> EnsureAliveAsync(
        Session session, DbConnection connection, IdleConnections idle, bool async, CancellationToken cancellationToken)
    {
        var engine = session.Engine;
        var id = engine.Driver.FindConnectionId(connection);
        for (var dead = 0; id is { } known && dead < MostDead; dead++)
        {
            // After the first one that is dead, all that were idle with it are suspect, and a new one is not.
            if ((dead > 0 && idle.FindSince(known) is null) ||
                await AnswersAsync(session, connection, async, cancellationToken).ConfigureAwait(false))
                return id;

            // The unit may have ended while nobody answered.
            session.CheckUse();
            if (async)
            {
                await connection.CloseAsync().ConfigureAwait(false);
                await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                connection.Close();
                connection.Open();
            }

            id = engine.Driver.FindConnectionId(connection);
        }

        return id;
    }

    private static async ValueTask<bool> AnswersAsync(
        Session session, DbConnection connection, bool async, CancellationToken cancellationToken)
    {
        var engine = session.Engine;
        try
        {
            var command = connection.CreateCommand();
            await using var _ = command.ConfigureAwait(false);
            command.CommandText = engine.Driver.CheckSql!;
            command.CommandTimeout = SecondsForAnswer(command, connection);
            session.Owner.Deadline?.Limit(command);
            if (async)
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            else
                command.ExecuteNonQuery();
            return true;
        }
        catch (Exception exception) when (IsDead(engine.Driver, exception, cancellationToken))
        {
            // Who does not answer at all would cost that time again with each connection that waits in the pool.
            if (engine.Driver.IsCancellation(exception))
                engine.Driver.ForgetIdle(engine.Source);
            return false;
        }
    }

    // It belongs to the opening of the connection, and is a command: it takes no longer than either may. Zero is no limit.
    private static int SecondsForAnswer(DbCommand command, DbConnection connection)
    {
        var seconds = MostSecondsForAnswer;
        if (command.CommandTimeout > 0)
            seconds = Math.Min(seconds, command.CommandTimeout);
        return connection.ConnectionTimeout > 0 ? Math.Min(seconds, connection.ConnectionTimeout) : seconds;
    }

    private static bool IsDead(DbDriver driver, Exception failure, CancellationToken cancellationToken)
        => !cancellationToken.IsCancellationRequested && (driver.IsConnectionLost(failure) || driver.IsCancellation(failure));
}
