using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using TxAspects.Drivers;
using TxAspects.Observing;
using TxAspects.Sessions.EntityFramework;

namespace TxAspects.Sessions;

/// <summary>Which server of a cluster a session's connection goes to. Decided whenever it opens, by the settings then in force.</summary>
internal static class ServerChoice
{
    /// <summary>Gives the context an open connection to the server that its unit needs.</summary>
    public static async ValueTask<DbConnection> OpenAsync(
        Session session, DbCluster cluster, bool async, CancellationToken cancellationToken)
    {
        var connection = session.Owner.ReadOnly
            ? await OpenToReadAsync(session, cluster, async, cancellationToken).ConfigureAwait(false)
            : null;
        connection ??= await cluster.OpenPrimaryAsync(session.Engine.Source, async, cancellationToken).ConfigureAwait(false);

        try
        {
            // EF Core takes the change for the beginning of another life and forgets the user's setting.
            var database = session.Context.Database;
            var timeout = database.GetCommandTimeout();
            session.Opening.Replaced = database.GetDbConnection();
            SessionSlot.Of(session.Context)!.ForgetLostOpenings();
            database.SetDbConnection(connection, contextOwnsConnection: true);
            database.SetCommandTimeout(timeout);
            return connection;
        }
        catch
        {
            // The context was disposed meanwhile.
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async ValueTask<DbConnection?> OpenToReadAsync(
        Session session, DbCluster cluster, bool async, CancellationToken cancellationToken)
    {
        var position = Positions.Find(session.Owner.ReadAfter, session.ConnectName);
        var engine = session.Engine;
        var connection = await cluster.OpenStandbyAsync(engine.Source, position, async, cancellationToken).ConfigureAwait(false);
        if (engine.NoteStandby(isThere: connection is not null))
        {
            if (connection is null)
                session.Owner.Log.NoStandby(session.ConnectName);
            else
                session.Owner.Log.StandbyAgain(session.ConnectName);
        }

        return connection;
    }
}
