using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using TxAspects.Diagnostics;

namespace TxAspects.Connections;

/// <content>Which server of a cluster the session's connection goes to. Decided whenever it opens, by the settings then in force.</content>
internal sealed partial class Session
{
    private DbConnection? _replaced;

    /// <summary>Gives the context an open connection to the server that its unit needs, or null where EF Core opens its own.</summary>
    public ValueTask<DbConnection?> OpenInClusterAsync(bool async, CancellationToken cancellationToken)
        => Engine is { Cluster: { } cluster } engine ? OpenAsync(cluster, engine, async, cancellationToken) : default;

    private async ValueTask<DbConnection?> OpenAsync(DbCluster cluster, Engine engine, bool async, CancellationToken cancellationToken)
    {
        var connection = _owner.ReadOnly ? await OpenToReadAsync(cluster, engine, async, cancellationToken).ConfigureAwait(false) : null;
        connection ??= await cluster.OpenPrimaryAsync(engine.Source, async, cancellationToken).ConfigureAwait(false);

        try
        {
            // EF Core takes the change for the beginning of another life and forgets the user's setting.
            var timeout = Context.Database.GetCommandTimeout();
            _replaced = Context.Database.GetDbConnection();
            Context.Database.SetDbConnection(connection, contextOwnsConnection: true);
            Context.Database.SetCommandTimeout(timeout);
            return connection;
        }
        catch
        {
            // The context was disposed meanwhile.
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask<DbConnection?> OpenToReadAsync(DbCluster cluster, Engine engine, bool async, CancellationToken cancellationToken)
    {
        var position = Positions.Find(_owner.ReadAfter, Connect.Name);
        var connection = await cluster.OpenStandbyAsync(engine.Source, position, async, cancellationToken).ConfigureAwait(false);
        if (engine.NoteStandby(isThere: connection is not null))
        {
            if (connection is null)
                Owner.Log.NoStandby(Connect.Name);
            else
                Owner.Log.StandbyAgain(Connect.Name);
        }

        return connection;
    }
}
