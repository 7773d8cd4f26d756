using System.Data.Common;
using TxAspects.Drivers;

namespace TxAspects.Sessions.DeadConnections;

/// <summary>Gives a session a connection that lives, where the one that it got from the pool may be dead.</summary>
internal static class ConnectionCheck
{
    private const int SecondsForAnswer = 5;
    private const int MostDead = 1000;    // more than a pool has

    /// <summary>
    /// Asks the server over an open connection for an answer. Where none comes, the connection is opened again, which gives another one of
    /// the pool or a new one.
    /// </summary>
    /// <returns>What tells the connection that lives from the others; null where the driver does not know.</returns>
    public static async ValueTask<long?> EnsureAliveAsync(
        Engine engine, DbConnection connection, IdleConnections idle, bool async, CancellationToken cancellationToken)
    {
        var id = engine.Driver.FindConnectionId(connection);
        for (var dead = 0; id is { } known && dead < MostDead; dead++)
        {
            // After the first one that is dead, all that were idle with it are suspect.
            var isSuspect = dead > 0;
            if ((isSuspect && !idle.MayBeDead(known, isSuspect)) ||
                await AnswersAsync(engine, connection, async, cancellationToken).ConfigureAwait(false))
                return id;

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
        Engine engine, DbConnection connection, bool async, CancellationToken cancellationToken)
    {
        try
        {
            var command = connection.CreateCommand();
            await using var _ = command.ConfigureAwait(false);
            (command.CommandText, command.CommandTimeout) = (engine.Driver.CheckSql!, SecondsForAnswer);
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

    private static bool IsDead(DbDriver driver, Exception failure, CancellationToken cancellationToken)
        => !cancellationToken.IsCancellationRequested && (driver.IsConnectionLost(failure) || driver.IsCancellation(failure));
}
